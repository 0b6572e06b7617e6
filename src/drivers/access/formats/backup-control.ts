import {
  controlTasks,
  controlTokens,
  installFolderToken,
} from "../../../core/outside/site/install-folder.ts";

/**
 * What smsbkup.ctl tells the Backup Site Server task to copy: the tokens, and the sources of its `file`
 * tasks.
 */
export interface BackupControl {
  readonly tokens: ReadonlyMap<string, string>;
  /** Source folders with their tokens replaced and without `\*.*`, in the order of the file. */
  readonly fileSources: readonly string[];
}

/** No line of it is longer, and no path: tokens that stand for tokens would fill memory otherwise. */
const charactersMax = 4_096;

/**
 * Reads smsbkup.ctl. Sections are in brackets, `#` begins a comment, and a token stands for its value with or
 * without percent signs. Only `file` tasks are looked at: databases and registry keys are kinds of source of
 * their own.
 */
export function parseBackupControl(text: string, installFolder: string): BackupControl {
  const tokens = new Map<string, string>([[installFolderToken.token, installFolder]]);
  const fileSources: string[] = [];
  let section = "";
  for (const raw of text.split(/\r\n|\n/)) {
    const line = raw.trim();
    const header = /^\[(\w+)\]/.exec(line);
    if (header) section = header[1]!.toLowerCase();
    else if (line === "" || line.startsWith("#") || line.length > charactersMax) continue;
    else if (section === controlTokens.section) readToken(tokens, line);
    else if (section === controlTasks.section) fileSources.push(...readFileTask(tokens, line));
  }
  return { tokens, fileSources };
}

function readToken(tokens: Map<string, string>, line: string): void {
  const match = /^(\w+)\s*=\s*(.*)$/.exec(line);
  if (match) tokens.set(match[1]!, replaceTokens(tokens, unquote(match[2]!)));
}

const fileTask = new RegExp(`^${controlTasks.file}\\s+("[^"]+"|\\S+)`, "i");

function readFileTask(tokens: ReadonlyMap<string, string>, line: string): readonly string[] {
  const match = fileTask.exec(line);
  return match ? [replaceTokens(tokens, unquote(match[1]!)).replace(/[\\/]\*(?:\.\*)?$/, "")] : [];
}

function replaceTokens(tokens: ReadonlyMap<string, string>, text: string): string {
  const replaced = text.replace(/%(\w+)%|\b([A-Z][A-Z_0-9]+)\b/g, (whole, marked: string, bare: string) => {
    return tokens.get(marked ?? bare) ?? whole;
  });
  return replaced.length > charactersMax ? text : replaced;
}

function unquote(text: string): string {
  return text.trim().replace(/^"(.*)"$/, "$1");
}

import { readFile } from "node:fs/promises";
import { PatternList } from "../core/pattern/pattern-list.ts";
import { patternOf } from "../core/pattern/pattern-text.ts";
import type { Problem } from "../core/base/problem.ts";
import type { SiteFiles } from "../core/model/policy/source.ts";
import { parseBackupControl } from "./access/formats/backup-control.ts";
import { statEntry } from "./access/files/file-tree.ts";
import { fileVersion } from "./access/files/file-version.ts";
import { decodeText, iniValue, parseIni } from "./access/formats/ini-file.ts";
import { cutPath, isWithin, joinPath } from "./access/files/windows-path.ts";
import type { Driver } from "./driver.ts";
import { lookAtFolder } from "./parts/look-at-folder.ts";
import { observing } from "./parts/observing.ts";
import { idlePatterns } from "./parts/idle-patterns.ts";
import { offerTree } from "./parts/offer-tree.ts";
import { placeOf } from "./parts/session/sql-session.ts";
import { readTaskSettings } from "./parts/task-settings.ts";
import { aboutMachine } from "../core/base/subject.ts";
import { siteFilesCapture, siteFilesLook } from "../core/model/facts/site-files.ts";
import { type FileFact, waysToWrite } from "../core/outside/facts/file-fact.ts";
import {
  accountsFolder,
  dataFolder,
  inboxesFolder,
  latestMedia,
  logsFolder,
  setupFolder,
  setupProgram,
  setupVersion,
  setupVersionFile,
  taskControlFile,
} from "../core/outside/site/install-folder.ts";
import { absent, type Fact, known, unknown } from "../core/base/fact.ts";

/** What the Backup Site Server task copies from the install folder, and the task's own records. */
const taskParts: readonly string[] = [
  ...[inboxesFolder, latestMedia, dataFolder, accountsFolder].map(({ path: [name] }) => `${name}/**`),
  // Compared without case: it is `logs` in the patterns of policies.
  `${logsFolder.alsoWritten![0]}/smsbkup.*`,
];

const what = "The install folder";

/** The parts of the install folder without which a site server can't be rebuilt as it was. */
export const siteFiles: Driver<SiteFiles> = {
  observe: ({ source, site }, means) =>
    observing(async () => {
      const where = placeOf(site, source);
      const local = await lookAtFolder({ path: source.root, on: source.on, what, where }, means);
      const media = await readMedia(local, source.root, where);
      const settings = await readTaskSettings(local);
      return { facts: siteFilesLook.write({ cdLatest: media.version, ...settings }), risks: media.risks };
    }),

  async capture({ source, site }, means, sink) {
    const asOf = means.now();
    const where = placeOf(site, source);
    const { root, on, exclude } = source;
    const folder = means.localPath(root, on);
    const parts = await partsOf(source, folder, where);
    const request = { folder, shown: root, prefix: "", what, where, include: parts.include, exclude };
    const isGrowing = (path: string): boolean => /(^|\/)logs\/|\.lo[g_]$/i.test(path);
    const { files, problems, idle } = await offerTree({ ...request, isGrowing }, sink, means);
    const media = await readMedia(folder, root, where);
    const facts = siteFilesCapture.write({ root, files, parts: parts.include, cdLatest: media.version });
    return {
      mode: "full",
      asOf,
      facts,
      problems: [...problems, ...idlePatterns(idle, source, where), ...parts.risks, ...media.risks],
    };
  },
};

interface Parts {
  readonly include: readonly string[];
  readonly risks: readonly Problem[];
}

/** The policy's choice, or the task's parts, and what of smsbkup.ctl is not among them. */
async function partsOf(source: SiteFiles, local: string, where: string): Promise<Parts> {
  const file = joinPath(local, ...taskControlFile.path);
  const text = await readFile(file).then(decodeText, () => "");
  const { fileSources } = parseBackupControl(text, source.root);
  const rootDepth = cutPath(source.root)?.parts.length ?? 0;
  const below = (path: string): string => cutPath(path)!.parts.slice(rootDepth).join("/");
  const inside = fileSources.filter((path) => isWithin(path, source.root)).map(below);
  const outside = fileSources.filter((path) => !isWithin(path, source.root));
  if (source.include.length > 0) {
    const covered = new PatternList(source.include);
    const left = inside
      .filter((path) => !covered.holds(path, "folder"))
      .map((path) => joinPath(source.root, path));
    return { include: source.include, risks: [...left, ...outside].map((path) => notCaptured(path, where)) };
  }
  // Compared without case: one says `CD.Latest`, the other `cd.latest`.
  const all = [...taskParts, ...inside.filter((path) => path !== "").map((path) => `${patternOf(path)}/**`)];
  const include = [...new Map(all.map((it) => [it.toLowerCase(), it])).values()];
  return { include, risks: outside.map((path) => notCaptured(path, where)) };
}

interface Media {
  readonly version: Fact<string>;
  readonly risks: readonly Problem[];
}

/** Which version the recovery media are of: Setup's own, or what stands beside it. */
async function readMedia(local: string, root: string, where: string): Promise<Media> {
  for (const [at, setup] of waysToWrite(setupFolder).entries()) {
    if (!(await statEntry(joinPath(local, ...setup)))) continue;
    const read = (of: FileFact) => readFile(joinPath(local, ...waysToWrite(of)[at]!));
    const version = await read(setupProgram).then(fileVersion, () => undefined);
    const ini = await read(setupVersionFile).then(decodeText, () => "");
    const stated = version ?? iniValue(parseIni(ini), setupVersion.section, setupVersion.key);
    return { version: stated === undefined ? unknown(versionUnread(root, where)) : known(stated), risks: [] };
  }
  return { version: absent, risks: [noMedia(root, where)] };
}

/** Said to nobody yet: a recovery that needs the version asks for it. */
function versionUnread(root: string, where: string): Problem {
  return {
    code: "file-unreadable",
    severity: "risk",
    message: `Neither Setup's own file nor version.ini says of which version CD.Latest of ${root} is.`,
    where,
    hint: "Look whether the folder is whole: SMSSETUP\\BIN\\X64\\setup.exe has the version.",
    about: aboutMachine({ kind: "file", path: joinPath(root, "CD.Latest") }),
  };
}

function noMedia(root: string, where: string): Problem {
  return {
    code: "cd-latest-missing",
    severity: "risk",
    message: `${root} holds no CD.Latest: without the media of its own version a site can't be recovered.`,
    where,
    hint: "Find out why the folder is gone; media of the same version can be made by updating a lab site to it.",
  };
}

function notCaptured(path: string, where: string): Problem {
  return {
    code: "control-file-elsewhere",
    severity: "risk",
    message: `smsbkup.ctl tells the backup task to copy ${path} as well, and this source does not.`,
    where,
    hint: "Add it to the source's include, or, when it is not below the install folder, as a source of kind folder.",
    about: aboutMachine({ kind: "file", path }),
  };
}

/** An INI file as sections of named values. Names keep their case; look-ups ignore it, as Windows does. */
export interface IniFile {
  readonly sections: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/**
 * Reads an INI text. A key may have no `=` at all: PkgLib lists content ids that way. Before any section:
 * section "".
 */
export function parseIni(text: string): IniFile {
  const sections = new Map<string, Map<string, string>>();
  let current = sectionOf(sections, "");
  for (const raw of text.split(/\r\n|\n|\r/)) {
    const line = raw.trim();
    const header = /^\[([^\]]*)\]/.exec(line);
    if (header) current = sectionOf(sections, header[1]!);
    else if (line !== "" && !line.startsWith(";")) addValue(current, line);
  }
  return { sections };
}

/** One value, or `undefined` when section or key is absent. */
export function iniValue(ini: IniFile, section: string, key: string): string | undefined {
  const wanted = key.toLowerCase();
  const entries = [...(ini.sections.get(section.toLowerCase()) ?? [])];
  return entries.find(([name]) => name.toLowerCase() === wanted)?.[1];
}

/**
 * Decodes a small configuration file: UTF-16LE or UTF-8 by their marks, otherwise UTF-8, or Latin-1 if it
 * isn't that.
 */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  }
}

function sectionOf(sections: Map<string, Map<string, string>>, name: string): Map<string, string> {
  const key = name.trim().toLowerCase();
  const section = sections.get(key) ?? new Map<string, string>();
  sections.set(key, section);
  return section;
}

function addValue(section: Map<string, string>, line: string): void {
  const at = line.indexOf("=");
  const [key, value] = at < 0 ? [line, ""] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
  // The first of two equal keys counts, as in GetPrivateProfileString.
  if (!section.has(key)) section.set(key, value);
}

import { isSameHost } from "../../../core/base/host-name.ts";

/**
 * Paths as Windows writes them, worked on as text: policies hold them on every machine, and tests run on
 * others.
 */

/** A path cut at its root: `D:\` or `\\server\share\`, or `/` for a path that isn't a Windows one. */
export interface CutPath {
  readonly root: string;
  readonly parts: readonly string[];
}

/**
 * Cuts an absolute path; `undefined` when it is relative. Accepts `/` for `\`, and drops a `\\?\` before it.
 */
export function cutPath(path: string): CutPath | undefined {
  const plain = withoutLongPrefix(path);
  const drive = /^([A-Za-z]):(?:[\\/]|$)/.exec(plain);
  if (drive) return { root: `${drive[1]!.toUpperCase()}:\\`, parts: split(plain.slice(2)) };
  const unc = /^[\\/]{2}([^\\/]+)[\\/]+([^\\/]+)/.exec(plain);
  if (unc) return { root: `\\\\${unc[1]}\\${unc[2]}\\`, parts: split(plain.slice(unc[0].length)) };
  return plain.startsWith("/") ? { root: "/", parts: split(plain) } : undefined;
}

/** Puts parts below a Windows or POSIX folder, with the separator that the folder uses. */
export function joinPath(folder: string, ...parts: readonly string[]): string {
  const separator = usesBackslash(folder) ? "\\" : "/";
  const tail = parts.flatMap(split).join(separator);
  const head = /[\\/]$/.test(folder) ? folder : `${folder}${separator}`;
  return tail === "" ? folder : `${head}${tail}`;
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return split(path).at(-1) ?? path;
}

/**
 * Where an absolute path stands in a snapshot that holds several folders: the drive or share stays visible,
 * as in `E/SCCMContentLib` and `cm01/Sources$/Office`.
 */
export function snapshotPath(path: string): string {
  const cut = cutPath(path);
  if (!cut) throw new Error(`${path} is not an absolute path.`);
  const root = split(cut.root.replace(/:\\$/, ""));
  return [...root, ...cut.parts].join("/");
}

/** True when `path` is `folder` or lies below it, whatever the case of the letters. */
export function isWithin(path: string, folder: string): boolean {
  return restBelow(path, folder) !== undefined;
}

/** The `/`-separated path of something in a folder, "" for the folder; `undefined` for what is elsewhere. */
export function relativePath(path: string, folder: string): string | undefined {
  return restBelow(path, folder)?.join("/");
}

/** How this machine reaches other machines' paths: `identity` is its own name. */
export interface Reach {
  readonly identity: string;
  /** From Windows prefixes to folders of this machine, of the machine-local file. */
  readonly paths: Readonly<Record<string, string>>;
}

/**
 * The path by which this machine reaches `path` of the machine `on`. A drive of another machine becomes its
 * administrative share, `\\admin07\C$\Users`; then the longest prefix of `reach.paths` is applied.
 */
export function reachPath(path: string, on: string | undefined, reach: Reach): string {
  const there = on === undefined || isSameHost(on, reach.identity) ? path : administrativeShare(path, on);
  return mapPath(there, reach.paths);
}

/** Replaces the longest prefix of the table that the path lies below. Without one the path stays as it is. */
export function mapPath(path: string, table: Readonly<Record<string, string>>): string {
  const hits = Object.entries(table)
    .map(([prefix, target]) => ({ target, rest: restBelow(path, prefix), length: lengthOf(prefix) }))
    .filter((hit) => hit.rest !== undefined)
    .sort((left, right) => right.length - left.length);
  const best = hits[0];
  return best ? joinPath(best.target, ...best.rest!) : path;
}

/**
 * The Windows path of a file of this machine, by the same table the other way round: the innermost folder
 * wins. A path that lies in none of the folders stays as it is.
 */
export function unmapPath(path: string, table: Readonly<Record<string, string>>): string {
  return mapPath(path, Object.fromEntries(Object.entries(table).map(([shown, local]) => [local, shown])));
}

/** `D:\SMP` on smp01 is `\\smp01\D$\SMP`. A share is a share from wherever it is seen. */
export function administrativeShare(path: string, host: string): string {
  const cut = cutPath(path);
  const drive = cut && /^([A-Z]):\\$/.exec(cut.root)?.[1];
  return cut && drive ? joinPath(`\\\\${host}\\${drive}$`, ...cut.parts) : path;
}

function restBelow(path: string, folder: string): readonly string[] | undefined {
  const [inner, outer] = [cutPath(path), cutPath(folder)];
  if (!inner || !outer || inner.root.toLowerCase() !== outer.root.toLowerCase()) return undefined;
  const matches = outer.parts.every((part, at) => part.toLowerCase() === inner.parts[at]?.toLowerCase());
  return matches ? inner.parts.slice(outer.parts.length) : undefined;
}

function lengthOf(prefix: string): number {
  return cutPath(prefix)?.parts.length ?? 0;
}

function usesBackslash(path: string): boolean {
  return /^[A-Za-z]:|^\\\\/.test(path) || (path.includes("\\") && !path.startsWith("/"));
}

function withoutLongPrefix(path: string): string {
  return path.replace(/^\\\\\?\\UNC\\/i, "\\\\").replace(/^\\\\\?\\/, "");
}

function split(path: string): string[] {
  return path.split(/[\\/]+/).filter((part) => part !== "" && part !== ".");
}

import { isSameHost } from "./host-name.ts";

/** Which volume a Windows path is on, as far as the path alone tells. */
export interface WindowsPlace {
  /** `E`, where the path names a drive or its administrative share. */
  readonly drive?: string;
  /** The machine that a share is on. Absent: whichever machine reads the path. */
  readonly host?: string;
}

/** Reads `E:\x`, `\\host\E$\x` and `\\host\share\x`; `undefined` for what is no absolute path of Windows. */
export function placeOfPath(path: string): WindowsPlace | undefined {
  const drive = /^([A-Za-z]):(?:[\\/]|$)/.exec(path)?.[1];
  if (drive !== undefined) return { drive: drive.toUpperCase() };
  const [, host, share] = /^[\\/]{2}([^\\/?]+)[\\/]+([^\\/]+)/.exec(path) ?? [];
  if (host === undefined || share === undefined) return undefined;
  const administrative = /^([A-Za-z])\$$/.exec(share)?.[1];
  return { host, ...(administrative && { drive: administrative.toUpperCase() }) };
}

/**
 * Whether a path leads to one of the machines; a drive belongs to the machine that reads it, which is the
 * first.
 */
export function isOnMachine(path: string, machines: readonly string[]): boolean {
  const place = placeOfPath(path);
  if (place === undefined) return false;
  return place.host === undefined || machines.some((it) => isSameHost(it, place.host!));
}

/** Whether a path begins with a drive letter. */
export function isDrivePath(path: string): boolean {
  const place = placeOfPath(path);
  return place?.drive !== undefined && place.host === undefined;
}

/** Equal but for case and a separator at the end. */
export function isSamePath(one: string, other: string): boolean {
  return plain(one) === plain(other);
}

function plain(path: string): string {
  return path.replaceAll("/", "\\").replace(/\\+$/, "").toLowerCase();
}

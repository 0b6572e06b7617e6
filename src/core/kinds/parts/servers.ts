import { isSameHost } from "../../base/host-name.ts";
import { parseServerName } from "../../base/server-name.ts";
import { isSamePath } from "../../base/windows-place.ts";

/** Whether two addresses of SQL Server are on one machine. */
export function isSameServer(address: string, server: string): boolean {
  return isSameHost(parseServerName(address).host, parseServerName(server).host);
}

/** Whether a path is a folder, or lies in it. */
export function isWithin(path: string, folder: string): boolean {
  const parts = path.split(/[\\/]/);
  return parts.some((_, at) => isSamePath(parts.slice(0, at + 1).join("\\"), folder));
}

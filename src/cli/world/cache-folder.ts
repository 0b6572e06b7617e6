import { homedir } from "node:os";
import { join } from "node:path";

/** Where this user's machine keeps what can be made again. Other users can't write to it. */
export function cacheFolder(): string {
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  return join(LOCALAPPDATA ?? XDG_CACHE_HOME ?? join(homedir(), ".cache"), "sitekeep");
}

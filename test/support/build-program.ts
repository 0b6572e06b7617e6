import { execFileSync } from "node:child_process";
import { resolve } from "node:path";

/**
 * Builds the packed program once for all test files that run it as users do. Each of them has a cache folder
 * of its own; the compiled code of the program is the same for all, and kept in one place.
 */
export function setup(): void {
  execFileSync(process.execPath, ["scripts/build.ts"], { stdio: ["ignore", "ignore", "inherit"] });
  process.env["NODE_COMPILE_CACHE"] = resolve("node_modules/.cache/sitekeep-code");
}

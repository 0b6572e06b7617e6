import { execFileSync } from "node:child_process";

/** Builds the packed program once for all test files that run it as users do. */
export function setup(): void {
  execFileSync(process.execPath, ["scripts/build.ts"], { stdio: ["ignore", "ignore", "inherit"] });
}

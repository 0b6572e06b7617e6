import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { moduleOf } from "./module-of.ts";

/** The tools of Windows that a lab plays, each with the call that gives what it leaves. */
const calls = {
  reg: "reg(lab, args)",
  rskeymgmt: "rskeymgmt(lab, args, answer)",
  sc: "sc(lab, args)",
  vssadmin: "vssadmin(lab, args)",
} as const;

/** The tools' names, as the machine file has them. */
export const toolNames = Object.keys(calls) as readonly (keyof typeof calls)[];

/**
 * Writes `bin/reg.mjs` and its like: small programs that run this module's tools on their own lab. They point
 * at the program that made or started the lab, so each start writes them anew.
 */
export function installTools(lab: string): void {
  mkdirSync(join(lab, "bin"), { recursive: true });
  for (const tool of toolNames) writeFileSync(join(lab, "bin", `${tool}.mjs`), launcher(tool));
}

function launcher(tool: keyof typeof calls): string {
  return [
    `import { ${tool} } from ${JSON.stringify(moduleOf(tool).href)};`,
    'import { dirname } from "node:path";',
    'import { readFileSync } from "node:fs";',
    "",
    "const [lab, args] = [dirname(import.meta.dirname), process.argv.slice(2)];",
    'const answer = () => (process.stdin.isTTY ? "" : readFileSync(0, "utf8"));',
    `const result = ${calls[tool]};`,
    "process.stdout.write(result.stdout);",
    "process.stderr.write(result.stderr);",
    "process.exitCode = result.code;",
    "",
  ].join("\n");
}

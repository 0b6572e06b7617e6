import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { moduleOf } from "./module-of.ts";

/** The tools of Windows that a lab plays, each with the call that gives what it leaves. */
const calls = {
  powershell: "powershell(lab, args, answer)",
  reg: "reg(lab, args)",
  rskeymgmt: "rskeymgmt(lab, args, answer)",
  sc: "sc(lab, args)",
  vssadmin: "vssadmin(lab, args)",
} as const;

type Tool = keyof typeof calls;

/** The tools' names, as the machine file has them. Who wants the other one names it there. */
export const toolNames = ["reg", "rskeymgmt", "sc", "vssadmin"] as const satisfies readonly Tool[];

/**
 * Writes `bin/reg.mjs` and its like: small programs that run this module's tools on their own lab. They point
 * at the program that made or started the lab, so each start writes them anew.
 */
export function installTools(lab: string): void {
  mkdirSync(join(lab, "bin"), { recursive: true });
  for (const tool of Object.keys(calls) as Tool[])
    writeFileSync(join(lab, "bin", `${tool}.mjs`), launcher(tool));
}

function launcher(tool: Tool): string {
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

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const tools = ["reg", "rskeymgmt"] as const;

/**
 * Writes `bin/reg.mjs` and `bin/rskeymgmt.mjs`: small programs that run this module's tools on their own
 * lab. They point at the program that made or started the lab, so each start writes them anew.
 */
export function installTools(lab: string): void {
  mkdirSync(join(lab, "bin"), { recursive: true });
  for (const tool of tools) writeFileSync(join(lab, "bin", `${tool}.mjs`), launcher(tool));
}

function launcher(tool: string): string {
  return [
    `import { ${tool} } from ${JSON.stringify(moduleOf(tool))};`,
    'import { dirname } from "node:path";',
    'import { readFileSync } from "node:fs";',
    "",
    'const answer = () => (process.stdin.isTTY ? "" : readFileSync(0, "utf8"));',
    `const result = ${tool}(dirname(import.meta.dirname), process.argv.slice(2), answer);`,
    "process.stdout.write(result.stdout);",
    "process.stderr.write(result.stderr);",
    "process.exitCode = result.code;",
    "",
  ].join("\n");
}

/**
 * The source beside this file. In the packed lab the tools are modules of their own in `tools`, beside the
 * file that this code was bundled into or one folder above it.
 */
function moduleOf(tool: string): string {
  const places = [`./${tool}.ts`, `./tools/${tool}.js`, `../tools/${tool}.js`];
  const found = places.map((place) => new URL(place, import.meta.url)).find((url) => existsSync(url));
  if (found === undefined) throw new Error(`The lab lacks its module tools/${tool}.js.`);
  return found.href;
}

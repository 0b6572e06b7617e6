// Builds the packed program: bundled, split so that each command loads only its own code, and compiled to
// what Node 22 runs.
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile } from "esbuild";

const out = "dist";

rmSync(out, { recursive: true, force: true });
mkdirSync(out);

const { metafile } = await build({
  entryPoints: {
    sitekeep: "src/cli/sitekeep.ts",
    "ingest-worker": "src/store/ingest/worker.ts",
    "list-worker": "src/drivers/access/files/list-worker.ts",
    // Programs that a lab site has in its bin folder.
    "lab-tools/reg": "packages/lab/src/tools/reg.ts",
    "lab-tools/rskeymgmt": "packages/lab/src/tools/rskeymgmt.ts",
  },
  outdir: out,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  alias: {
    // The cron parser requires luxon where we import it: one copy, so that a setting holds for both.
    luxon: fileURLToPath(import.meta.resolve("luxon")),
    "@azure/identity": join(import.meta.dirname, "no-azure.ts"),
  },
  target: "node22.22",
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  metafile: true,
  chunkNames: "chunks/[name]-[hash]",
  // Some bundled libraries are CommonJS and call require() for Node's own modules.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
});

chmodSync(join(out, "sitekeep.js"), 0o755);
writeFileSync(join(out, "NOTICES.txt"), notices(metafile));

/** The licences of every package whose code is in the bundle, as their authors ask. */
function notices(meta: Metafile): string {
  const folders = new Set(Object.keys(meta.inputs).flatMap((path) => packageFolder(path) ?? []));
  return [...folders]
    .sort()
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      return `${name} ${version} (${license})\n${licenceText(folder)}`;
    })
    .join("\n----\n");
}

function packageFolder(path: string): string | undefined {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
}

function licenceText(folder: string): string {
  for (const name of ["LICENSE", "LICENSE.md", "LICENSE.txt", "license", "LICENCE", "license.md"]) {
    try {
      return readFileSync(join(folder, name), "utf8");
    } catch {
      // The next spelling.
    }
  }
  return "";
}

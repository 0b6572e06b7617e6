// Builds the packed program and the lab beside it: each bundled, split so that each command loads only its
// own code, and compiled to what Node 22 runs.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile } from "esbuild";

await bundle("dist", {
  sitekeep: "src/cli/sitekeep.ts",
  "ingest-worker": "src/store/ingest/worker.ts",
  "list-worker": "src/drivers/access/files/list-worker.ts",
});
chmodSync("dist/sitekeep.js", 0o755);
await bundle("packages/lab/dist", {
  lab: "packages/lab/src/lab.ts",
  // Programs that a lab site has in its bin folder.
  "tools/reg": "packages/lab/src/tools/reg.ts",
  "tools/powershell": "packages/lab/src/tools/powershell.ts",
  "tools/rskeymgmt": "packages/lab/src/tools/rskeymgmt.ts",
  "tools/sc": "packages/lab/src/tools/sc.ts",
  "tools/site-backup": "packages/lab/src/tools/site-backup.ts",
  "tools/vssadmin": "packages/lab/src/tools/vssadmin.ts",
});
linkLab();

/** Bundles entry points with all that they import, and lists the licences of what is in there. */
async function bundle(out: string, entryPoints: Record<string, string>): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out);
  const { metafile } = await build({
    entryPoints,
    outdir: out,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    // It is found when the program runs, where it is installed.
    external: ["sitekeep-lab"],
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
  writeFileSync(join(out, "NOTICES.txt"), notices(metafile));
}

/** What an install does for a package of the workspace; one that is older than the package lacks it. */
function linkLab(): void {
  const link = "node_modules/sitekeep-lab";
  if (!existsSync(link)) symlinkSync(resolve("packages/lab"), link, "junction");
}

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

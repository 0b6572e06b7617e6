import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** A new file, or text that is put before a place in one that is there. */
export type Touch =
  | { readonly file: string; readonly from: string }
  | { readonly file: string; readonly before: string; readonly put: string };

/** The row "add a kind of source" of ARCHITECTURE.md, followed. */
export const newKind: readonly Touch[] = [
  {
    file: "src/core/model/policy/source.ts",
    before: "/** One thing to protect, with every default filled in. */",
    put: `/** The configuration of IIS. */
export interface IisConfig extends Common<"iis-config"> {
  /** The folder that holds it. */
  readonly root: string;
}

`,
  },
  { file: "src/core/model/policy/source.ts", before: "  | Folder;", put: "  | IisConfig\n" },
  { file: "src/core/kinds/iis-config.ts", from: "iis-config.kind.txt" },
  {
    file: "src/core/kinds/catalogue.ts",
    before: "import { folder }",
    put: importOf("iisConfig", "iis-config"),
  },
  { file: "src/core/kinds/catalogue.ts", before: "  folder,\n", put: '  "iis-config": iisConfig,\n' },
  { file: "src/drivers/iis-config.ts", from: "iis-config.driver.txt" },
  { file: "src/drivers/drivers.ts", before: "import { folder }", put: importOf("iisConfig", "iis-config") },
  { file: "src/drivers/drivers.ts", before: "  folder,\n", put: '  "iis-config": iisConfig,\n' },
  {
    file: "schemas/source.schema.json",
    before: '    { "$ref": "#/$defs/folder" }',
    put: '    { "$ref": "#/$defs/iis-config" },\n',
  },
  {
    file: "schemas/source.schema.json",
    before: '    "folder": {\n      "title"',
    put: `    "iis-config": {
      "title": "IIS configuration",
      "description": "The configuration folder of IIS.",
      "type": "object",
      "required": ["kind"],
      "additionalProperties": false,
      "properties": { "kind": { "const": "iis-config" }, "root": { "$ref": "#/$defs/path", "description": "The folder." } }
    },
`,
  },
  { file: "docs/policy.md", before: "| `folder` | `root`", put: "| `iis-config` | `root` | |\n" },
  {
    file: "policies/standalone-site.yaml",
    before: "  scripts:",
    put: "  iis: { kind: iis-config, root: 'D:\\inetsrv' }\n",
  },
  {
    file: "test/support/lab-sources.ts",
    before: "    folder: { kind:",
    put: '    "iis-config": { kind: "iis-config", name: "iis", root: "D:\\\\Scripts" },\n',
  },
  {
    file: "test/drivers/kinds-on-files.test.ts",
    before: 'driverContract("folder"',
    put: `driverContract("iis-config", () => {
  const { site, sources } = labSources(lab.folder);
  const source = sources["iis-config"];
  const expected = (): Record<string, string> => digestFolder(host("cm01/D/Scripts"));
  const absent = { ...source, root: "D:\\None" };
  return { lab: lab.folder, site, source, expected, absent, untouched: [host("cm01/D/Scripts")] };
});

`,
  },
  ...["capture-order", "catalogue"].map((it) => ({
    file: `test/core/kinds/${it}.test.ts`,
    before: it === "catalogue" ? '    "windows-registry",' : '    "reporting-server",',
    put: '    "iis-config",\n',
  })),
];

/** The row "add a lint hazard", followed. */
export const newHazard: readonly Touch[] = [
  { file: "src/core/lint/hazards/auto-close-on.ts", from: "auto-close-on.hazard.txt" },
  {
    file: "src/core/lint/hazards/catalogue.ts",
    before: "import { availabilityGroupTaskFiles }",
    put: importOf("autoCloseOn", "auto-close-on"),
  },
  { file: "src/core/lint/hazards/catalogue.ts", before: "];", put: "  autoCloseOn,\n" },
  { file: "src/core/base/problem-codes.ts", before: '  "page-verify-off",', put: '  "auto-close-on",\n' },
  {
    file: "src/core/model/policy/acceptance.ts",
    before: '  "page-verify-off",',
    put: '  "auto-close-on",\n',
  },
  {
    file: "schemas/policy.schema.json",
    before: '            "page-verify-off",',
    put: '            "auto-close-on",\n',
  },
  {
    file: "docs/problems.md",
    before: "### page-verify-off",
    put: `### auto-close-on

The site database closes itself when nobody uses it.
**Cause:** AUTO_CLOSE is on.
**Cure:** turn it off.

`,
  },
  {
    file: "docs/lint.md",
    before: "| pages without checksums",
    put: "| a database that closes itself | `sys.databases` | K | `auto-close-on` | `lint` |\n",
  },
  {
    file: "test/core/lint/linted.ts",
    before: '  "page-verify": known(',
    put: '  "auto-close": known("0"),\n',
  },
  {
    file: "test/core/lint/hazard-cases.ts",
    before: '  "log-in-simple-model": {',
    put: `  "auto-close-on": {
    told: ["PS1/CM_PS1", ["CM_PS1"]],
    fires: [["a database that closes itself", whole, { look: { "auto-close": known("1") } }, "closes itself"]],
    silent: [["one that stays open", whole]],
  },
`,
  },
];

function importOf(name: string, file: string): string {
  return `import { ${name} } from "./${file}.ts";\n`;
}

/** What a checkout holds that is of any meaning to a newcomer. */
const held =
  "src test docs schemas policies packages scripts tools package.json tsconfig.json vitest.config.ts .oxlintrc.json";
const pages = "ARCHITECTURE.md CHANGELOG.md CONTRIBUTING.md README.md SECURITY.md";

/** Copies the project into an empty folder, which then has the same packages. */
export function copyProject(folder: string): void {
  const filter = (path: string) => !/[\\/](node_modules|dist)$/.test(path);
  for (const name of `${held} ${pages}`.split(" "))
    cpSync(name, join(folder, name), { recursive: true, filter });
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
}

/** Does in a copy of the project what a newcomer does. */
export function touch(folder: string, touches: readonly Touch[]): void {
  for (const it of touches) {
    const path = join(folder, it.file);
    if ("from" in it) cpSync(join("test/support/newcomer", it.from), path);
    else writeFileSync(path, putBefore(readFileSync(path, "utf8"), it));
  }
}

function putBefore(text: string, { file, before, put }: Extract<Touch, { put: string }>): string {
  const at = text.indexOf(before);
  if (at < 0) throw new Error(`${file} has no ${before}`);
  return text.slice(0, at) + put + text.slice(at);
}

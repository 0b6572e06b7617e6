import { globSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import type { LineEdit } from "./broken-lines.ts";
import { labLines } from "./lab-lines.ts";
import { brokenLines } from "./lines.ts";
import type { Assignment } from "./rounds.ts";

/**
 * A break that chance would not find: of documents, of structure, or of the one line that a test is about.
 */
interface DeliberateBreak {
  readonly what: string;
  readonly tests: readonly string[];
  readonly files: readonly string[];
  /** The broken text; the text as it was when the place is gone. */
  readonly change: (text: string, file: string) => string;
  /** The file is made, not changed. */
  readonly isNew?: true;
}

const architecture = ["test/architecture.test.ts"];
const docs = ["test/docs.test.ts"];
const policies = ["test/policies.test.ts"];
const schemas = ["test/schemas/parity.test.ts", "test/schemas/oracle.test.ts"];
const sources = globSync("src/**/*.ts").map((file) => file.replaceAll("\\", "/"));

const breaks: readonly DeliberateBreak[] = [
  ...[...brokenLines, ...labLines].map(({ test, edits }) => ({
    what: edits
      .map(([file, from, to]) => `${file} ${JSON.stringify(from)} -> ${JSON.stringify(to)}`)
      .join(" | "),
    tests: [test],
    files: [...new Set(edits.map(([file]) => file))],
    change: (text: string, file: string) =>
      edited(
        text,
        edits.filter(([it]) => it === file),
      ),
  })),
  {
    what: "every file of the product imports one that it may not",
    tests: architecture,
    files: sources,
    change: (text, file) => `${strayImport(file)}\n${text}`,
  },
  {
    what: "every file of the product has 400 lines more",
    tests: architecture,
    files: sources,
    change: (text) => text + "// More.\n".repeat(400),
  },
  {
    what: "every file of the core asks the time",
    tests: architecture,
    files: sources.filter((file) => file.startsWith("src/core/")),
    change: (text) => `${text}\nconst at = Date.now();\n`,
  },
  {
    what: "a file has the name of a drawer",
    tests: architecture,
    files: ["src/core/plan/utils.ts"],
    change: () => "export const drawer = 1;\n",
    isNew: true,
  },
  {
    what: "two files import each other",
    tests: architecture,
    files: ["src/core/base/bytes.ts", "src/core/base/instant.ts"],
    change: (text, file) => `import "./${file.endsWith("bytes.ts") ? "instant" : "bytes"}.ts";\n${text}`,
  },
  {
    what: "a problem is no longer explained, and one that isn't there is",
    tests: docs,
    files: ["docs/problems.md"],
    change: (text) => text.replace("### file-missing", "### file-mislaid"),
  },
  {
    what: "problems have no cure",
    tests: docs,
    files: ["docs/problems.md"],
    change: (text) => text.replaceAll("**Cure:**", ""),
  },
  {
    what: "a command is missing from the table of commands",
    tests: docs,
    files: ["docs/commands.md"],
    change: (text) => text.replace(/^\| `status` .*\n/m, ""),
  },
  {
    what: "a document is missing from the table of documents",
    tests: docs,
    files: ["docs/json.md"],
    change: (text) => text.replace(/^\| `status` .*\n/m, ""),
  },
  {
    what: "the README shows an option that no command has",
    tests: docs,
    files: ["README.md"],
    change: (text) => `${text}\n\`\`\`\nsitekeep plan --wish\n\`\`\`\n`,
  },
  {
    what: "the README shows a policy with a mistake",
    tests: docs,
    files: ["README.md"],
    change: (text) => text.replace("kind: BackupPolicy", "kind: BackupPolicy\n    wish: 1"),
  },
  {
    what: "the examples have a key that is none",
    tests: [...policies, ...schemas],
    files: globSync("policies/*.yaml"),
    change: (text) => text.replaceAll(/^kind: .*$/gm, "$&\nwish: 1"),
  },
  {
    what: "the package lock names where a package came from",
    tests: ["test/program.test.ts"],
    files: ["package-lock.json"],
    change: (text) => text.replace('"license"', '"resolved": "https://example.com/", "license"'),
  },
  {
    what: "the installed Node is another one",
    tests: ["test/program.test.ts"],
    files: ["node_modules/node/package.json"],
    change: () => '{ "version": "20.0.0" }',
  },
  {
    what: "the SQL driver is an old one",
    tests: ["test/program.test.ts"],
    files: ["node_modules/tedious/package.json"],
    change: () => '{ "version": "19.2.1" }',
  },
  {
    what: "every definition of the schemas lacks its last key",
    tests: schemas,
    files: ["schemas/source.schema.json", "schemas/policy.schema.json", "schemas/machine.schema.json"],
    change: eachSchema(({ properties }) => properties && delete properties[Object.keys(properties).at(-1)!]),
  },
  {
    what: "every definition of the schemas has a key more",
    tests: schemas,
    files: ["schemas/source.schema.json"],
    change: eachSchema(({ properties }) => properties && (properties["wish"] = { description: "A wish." })),
  },
  {
    what: "the choices of the schemas are in another order",
    tests: schemas,
    files: ["schemas/policy.schema.json", "schemas/source.schema.json"],
    change: eachSchema((schema) => schema.oneOf && (schema.oneOf = schema.oneOf.toReversed())),
  },
  {
    what: "a template has a key that a policy has not",
    tests: schemas,
    files: ["schemas/policy.schema.json"],
    change: eachSchema(({ $defs }) => $defs && ($defs["PolicyTemplate"]!.properties!["wish"] = {})),
  },
  {
    what: "nothing in the schemas is described",
    tests: schemas,
    files: ["schemas/source.schema.json", "schemas/policy.schema.json"],
    change: eachSchema((schema) => delete schema["description"]),
  },
  {
    what: "the schemas use a keyword that the program doesn't know",
    tests: schemas,
    files: ["schemas/policy.schema.json"],
    change: eachSchema((schema) => schema.properties && (schema["unevaluatedProperties"] = false)),
  },
  {
    what: "choices of the schemas are written the other way about",
    tests: schemas,
    files: ["schemas/policy.schema.json", "schemas/source.schema.json"],
    change: eachSchema((schema) => schema.anyOf && (schema.anyOf = schema.anyOf.toReversed())),
  },
];

/** The breaks that concern tests whose paths begin so. One whose place is gone is told and left out. */
export function* deliberateBreaks(only: string, tell: (line: string) => void): Generator<Assignment> {
  for (const one of breaks.filter(({ tests }) => tests.some((test) => test.startsWith(only)))) {
    const changes = new Map(one.files.map((file) => [file, brokenText(one, file)]));
    const stale = [...changes].filter(([, text]) => text === undefined).map(([file]) => file);
    if (stale.length > 0) tell(`out of date: ${one.what}, ${stale.join(", ")}`);
    else yield { changes: changes as Map<string, string>, breaks: [one.what], files: one.tests };
  }
}

function brokenText({ change, isNew }: DeliberateBreak, file: string): string | undefined {
  const text = isNew ? "" : readFileSync(file, "utf8");
  const broken = change(text, file);
  return broken === text ? undefined : broken;
}

function edited(text: string, edits: readonly LineEdit[]): string {
  if (!edits.every(([, from]) => text.includes(from))) return text;
  return edits.reduce((broken, [, from, to]) => broken.replace(from, () => to), text);
}

/** The store's format is nobody's but the store's, and the store is nobody's but the engine's. */
function strayImport(file: string): string {
  const stray = file.startsWith("src/store/") ? "src/engine/session/world.ts" : "src/store/format/pack.ts";
  return `import ${JSON.stringify(posix.relative(posix.dirname(file), stray).replace(/^(?!\.)/, "./"))};`;
}

interface Schema {
  properties?: Record<string, unknown>;
  anyOf?: unknown[];
  oneOf?: unknown[];
  $defs?: Record<string, Schema>;
  [keyword: string]: unknown;
}

/** Does something to every object of a JSON text that may be a schema. */
function eachSchema(work: (schema: Schema) => unknown): (text: string) => string {
  const walk = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const child of Object.values(value)) walk(child);
    if (!Array.isArray(value)) work(value as Schema);
  };
  return (text) => {
    const schema: unknown = JSON.parse(text);
    walk(schema);
    return JSON.stringify(schema, undefined, 2);
  };
}

import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

/** What the program does not use, and why it stays. */
const idleOnPurpose: readonly string[] = [
  // The second backend of the contract, and the one that faulty-backend.ts breaks.
  "src/store/backends/memory.ts memoryBackend",
  // The order of giving back is known of each kind; a command that gives a whole site back does not exist
  // yet.
  "src/core/kinds/catalogue.ts kindsInRestoreOrder",
];

const labDoor = "packages/lab/src/lab.ts";
const program = read("{src,packages/*/src}/**/*.ts");
const outside = read("{test,scripts,packages/*/test}/**/*.ts");
const usedInside = importsOf(program);
const usedOutside = importsOf(outside);
const values = [...program].flatMap(([file, text]) =>
  [...text.matchAll(/^export (?:async )?(?:function\*?|const|class) (\w+)/gm)].map((it) => ({
    file,
    name: it[1]!,
    isUsedHere: text.split(new RegExp(`\\b${it[1]}\\b`)).length > 2,
  })),
);

test("what the program exports is used by the program, and not by tests alone", () => {
  const idle = values
    .filter((it) => !it.isUsedHere && !usedInside.has(`${it.file} ${it.name}`))
    .map(({ file, name }) => `${file} ${name}`)
    .filter((it) => !idleOnPurpose.includes(it));
  expect(idle).toEqual([]);
});

test("what nobody imports is not exported", () => {
  const alone = values
    .map(({ file, name }) => `${file} ${name}`)
    .filter((it) => !usedInside.has(it) && !usedOutside.has(it) && !idleOnPurpose.includes(it));
  expect(alone).toEqual([]);
});

function read(pattern: string): ReadonlyMap<string, string> {
  return new Map(globSync(pattern).map((file) => [file.replaceAll("\\", "/"), readFileSync(file, "utf8")]));
}

/** `src/engine/watch.ts watch` for each name that is imported, or asked of the lab's door. */
function importsOf(files: ReadonlyMap<string, string>): ReadonlySet<string> {
  const used = new Set<string>();
  for (const [file, text] of files) {
    const place = (specifier: string) => normalize(join(dirname(file), specifier)).replaceAll("\\", "/");
    for (const [, names, from] of text.matchAll(/^(?:import|export) [^;{]*\{([^}]*)\} from "(\.[^"]+)"/gm))
      for (const [, name] of names!.matchAll(/(?:^|,)\s*(?:type )?(\w+)/g))
        used.add(`${place(from!)} ${name}`);
    for (const [, names, from] of text.matchAll(/\{([^{}]*)\} = await import\("(\.[^"]+)"\)/g))
      for (const [, name] of names!.matchAll(/(?:^|,)\s*(\w+)/g)) used.add(`${place(from!)} ${name}`);
    // A register takes all that a file of it exports.
    for (const [, from] of text.matchAll(/^import \* as \w+ from "(\.[^"]+)"/gm))
      for (const name of exportsOf(place(from!))) used.add(`${place(from!)} ${name}`);
    // The lab's door is another package: what is asked of it is asked of a value of that name.
    for (const [, name] of text.matchAll(/\blab\.(\w+)/g)) used.add(`${labDoor} ${name}`);
    // A command's `run` is loaded by its file.
    for (const [, from] of text.matchAll(/(?<!\} = await )import\("(\.[^"]+)"\)/g)) {
      const loaded = place(from!);
      for (const name of exportsOf(loaded)) used.add(`${loaded} ${name}`);
    }
  }
  return used;
}

function exportsOf(file: string): readonly string[] {
  const text = program.get(file) ?? "";
  return [...text.matchAll(/^export (?:async )?(?:function|const) (\w+)/gm)].map(([, name]) => name!);
}

import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Document, parse, parseAllDocuments, stringify } from "yaml";
import { withStartedLab } from "../support/started-lab.ts";

/**
 * Passwords that were made for exports lie in the snapshot and nowhere else: in nothing that the program
 * prints, in no file that it leaves, and in no byte of the repository as it lies there. The tool that takes
 * one as an argument tells it aloud here, as the worst one would.
 */
const lab = withStartedLab();
const said: string[] = [];

async function run(...args: readonly string[]): Promise<number> {
  const { code, out, err } = await lab.run(...args);
  said.push(out, err);
  return code;
}

test(
  "a password of an export is in no output, log, record, state or problem",
  { timeout: 240_000 },
  async () => {
    usePasswordsMadeByChance();
    const heard = listenToTool({ fails: false });
    expect(await run("apply", "--yes")).toBe(0);
    const passwords = await passwordsInSnapshots();
    expect(passwords.length).toBe(3);
    expect(heard()).toContain(passwords.find((it) => heard().includes(it)));

    listenToTool({ fails: true });
    await run("capture", "PS1", "--yes", "--json");
    await run("capture", "PS1", "--yes");
    expect(said.join("")).toContain("could not extract the encryption key");
    const failed = heard()
      .split("\n")
      .filter((it) => it.startsWith("K1-"));
    expect(failed.length).toBe(3);
    for (const more of [
      ["plan"],
      ["plan", "--json"],
      ["status", "--json"],
      ["snapshots", "list", "--json"],
      ["snapshots", "show", "PS1/sqlKeys", "--json"],
      ["verify", "PS1"],
      ["doctor", "PS1"],
      ["repo", "check", "--json"],
    ])
      await run(...more);

    const all = [...new Set([...passwords, ...failed])];
    expect(all.length).toBe(5);
    const kept = filesOfOurs();
    expect(kept.length).toBeGreaterThan(10);
    for (const password of all) {
      expect(said.filter((it) => it.includes(password))).toEqual([]);
      expect(kept.filter((it) => readFileSync(it).includes(password))).toEqual([]);
    }
  },
);

/** A policy of two sources that export keys, without a password for them. */
function usePasswordsMadeByChance(): void {
  const file = join(lab.folder, "policies", "lab.yaml");
  const documents = parseAllDocuments(readFileSync(file, "utf8"));
  const policy = documents[0] as Document;
  const sources = (policy.toJS() as { readonly sources: Record<string, unknown> }).sources;
  for (const name of Object.keys(sources))
    if (!["sqlKeys", "reports"].includes(name)) policy.setIn(["sources", name], null);
  policy.deleteIn(["sources", "sqlKeys", "password"]);
  policy.setIn(["sources", "reports", "encryptionKey"], {});
  writeFileSync(file, documents.join(""));
}

/** A tool that writes down its password, tells it on both of its outputs, and then works or fails. */
function listenToTool({ fails }: { readonly fails: boolean }): () => string {
  const file = join(lab.folder, "machine.yaml");
  const machine = parse(readFileSync(file, "utf8")) as { tools: Record<string, readonly string[]> };
  const heard = join(lab.folder, "hosts", "heard.txt");
  const tool = join(lab.folder, "bin", "loud.mjs");
  const real = join(lab.folder, "bin", "rskeymgmt.mjs");
  writeFileSync(
    tool,
    `import { appendFileSync } from "node:fs";
const password = process.argv[process.argv.indexOf("-p") + 1];
appendFileSync(${JSON.stringify(heard)}, password + "\\n");
console.log(password);
console.error(password);
if (${fails}) process.exit(7);
await import(${JSON.stringify(real)});
`,
  );
  machine.tools["rskeymgmt"] = [process.execPath, tool];
  writeFileSync(file, stringify(machine));
  return () => readFileSync(heard, "utf8");
}

async function passwordsInSnapshots(): Promise<readonly string[]> {
  const to = join(lab.folder, "hosts", "restored");
  for (const source of ["sqlKeys", "reports"])
    expect((await lab.run("restore", `PS1/${source}`, "--to", join(to, source))).code).toBe(0);
  return globSync("**/*.password", { cwd: to }).map((it) => readFileSync(join(to, it), "utf8"));
}

/** What the program writes: the repository, and its state on this machine. */
function filesOfOurs(): readonly string[] {
  return [
    join(lab.folder, "repository"),
    join(lab.folder, "..", "cache"),
    join(lab.folder, "policies"),
  ].flatMap((folder) =>
    globSync("**/*", { cwd: folder, withFileTypes: true })
      .filter((it) => it.isFile())
      .map((it) => join(it.parentPath, it.name)),
  );
}

import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Ran, runProgram } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test("repo init makes the repository and its key once, and says when it is there", async () => {
  const { folder, key, repo } = policyFolder();
  const made = await repo("init");
  expect(made).toMatchObject({ code: 0, err: "" });
  expect(made.out).toContain(`Wrote a new key to ${key}.`);
  expect(made.out).toContain(`Made the repository main in ${folder}.`);
  if (process.platform !== "win32") expect(statSync(key).mode & 0o777).toBe(0o600);

  const bytes = readFileSync(key);
  const again = await repo("init");
  expect(again.code).toBe(0);
  expect(again.out).toBe(
    `The repository main is in ${folder} already, and stays as it is. Its keys open it.\n`,
  );
  expect(readFileSync(key)).toEqual(bytes);
});

test("repo init makes no new key for an old repository", async () => {
  const { key, repo } = policyFolder();
  await repo("init");
  rmSync(key);
  const { code, err } = await repo("init");
  expect(code).toBe(1);
  expect(err).toContain("repository-key-missing");
  expect(existsSync(key)).toBe(false);
});

test("repo init makes none in the place of one that this machine knows, and no key either", async () => {
  const { folder, key, repo } = policyFolder();
  await repo("init");
  for (const gone of [folder, key]) rmSync(gone, { recursive: true });
  const { code, err } = await repo("init");
  expect(code).toBe(1);
  expect(err).toContain("repository-vanished");
  expect([folder, key].filter((it) => existsSync(it))).toEqual([]);
});

test("a repository is chosen by the name of its document, whether a policy uses it or not", async () => {
  const { root, policies, repo } = policyFolder("encrypt: false");
  const other = policy(join(root, "other"), "encrypt: false").replace("name: main", "name: offsite");
  writeFileSync(join(policies, "b.yaml"), other);
  expect((await repo("init")).err).toContain("Choose one with --repository: main, offsite.");
  expect((await repo("init", ["--repository", "offsite"])).out).toContain("Made the repository offsite in");
  expect((await repo("init", ["--repository", "nowhere"])).err).toContain(
    "There is no Repository document named nowhere.",
  );
});

test("a key is added, listed, put in another's place, and removed", async () => {
  const { root, key, repo } = policyFolder();
  await repo("init");
  const [first] = await slotsOf(repo);
  expect(first).toMatchObject({ by: "key-file", copies: 2, opensWith: [`key file ${key}`] });

  const password = { ESCROW: "correct horse" };
  const added = await repo("keys", ["add", "--new-password-from", "env:ESCROW", "--json"], password);
  const { added: escrow } = JSON.parse(added.out) as { added: string };
  expect((await repo("keys", ["list"])).out).toMatch(
    new RegExp(`${escrow}  password   none of the keys at hand`),
  );

  const next = join(root, "next.key");
  const rotated = await repo("keys", ["rotate", "--new-key-file", next, "--yes"]);
  expect(rotated.code).toBe(0);
  expect(rotated.out).toContain(`took the place of ${first!.id}. The new key was tried`);
  expect(rotated.err).toMatch(/name the new key in the policy's `keys:`/);
  expect((await repo("keys", ["add", "--new-password"])).err).toContain("repository-locked");

  writeFileSync(key, readFileSync(next));
  const removed = await repo("keys", ["remove", escrow.slice(0, 5), "--yes"]);
  expect(removed.out).toContain(`Removed the slot ${escrow}.`);
  expect(removed.err).toContain("still reads all of it");
  const last = (await slotsOf(repo))[0]!.id;
  const refused = await repo("keys", ["remove", last, "--yes"]);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain("key-slot-needed");
  expect((await slotsOf(repo)).map((it) => it.id)).toEqual([last]);
});

const hasTerminal = process.platform !== "win32" && existsSync("/usr/bin/script");

test.skipIf(!hasTerminal)(
  "a password is asked for twice on a terminal, and both have to be the same",
  async () => {
    const { policies, repo } = policyFolder();
    await repo("init");
    const add = `${process.execPath} dist/sitekeep.js repo keys add --new-password --policies ${policies}`;
    const type = (second: string) => typeInto(add, ["correct horse", second]);
    expect(await type("correct house")).toContain("the two are not the same");
    expect(await slotsOf(repo)).toHaveLength(1);
    const said = await type("correct horse");
    expect(said).toMatch(/Added the slot [0-9a-f]{16}/);
    expect(said).not.toContain("correct horse");
    expect((await slotsOf(repo)).map((it) => it.by).sort()).toEqual(["key-file", "password"]);
  },
);

/** Runs a command line on a terminal of its own, and answers each question as it comes. */
function typeInto(line: string, answers: readonly string[]): Promise<string> {
  const child = spawn("/usr/bin/script", ["-qec", line, "/dev/null"], { stdio: ["pipe", "pipe", "inherit"] });
  const questions = ["New password", "The same once more"];
  let said = "";
  let answered = 0;
  child.stdout.on("data", (part: Buffer) => {
    said += part.toString();
    if (answered < answers.length && said.includes(questions[answered]!))
      child.stdin.write(`${answers[answered++]}\r`);
  });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  child.once("error", reject).once("close", () => resolve(said));
  return promise;
}

test("a lost policy needs no more than the folder and a password to open the repository", async () => {
  const { folder, repo } = policyFolder();
  await repo("init");
  await repo("keys", ["add", "--new-password-from", "env:ESCROW"], { ESCROW: "correct horse" });
  const place = ["--folder", folder, "--password-from", "env:ESCROW"];
  const list = (escrow: string) => runProgram(["snapshots", "list", ...place], { ESCROW: escrow });
  expect(await list("correct horse")).toMatchObject({ code: 0, out: "There are no snapshots.\n" });
  expect((await list("wrong horse")).err).toContain("repository-locked");
});

test("an unencrypted repository says that it has no keys", async () => {
  const { repo } = policyFolder("encrypt: false");
  expect((await repo("init")).out).toContain("It is not encrypted");
  const { code, err } = await repo("keys", ["list"]);
  expect(code).toBe(1);
  expect(err).toContain("repository-not-encrypted");
});

test("an unencrypted repository in the place of an encrypted one is not used", async () => {
  const { root, folder, repo } = policyFolder("encrypt: false");
  await repo("init");
  writeFileSync(
    join(root, "policies", "a.yaml"),
    policy(folder, `keys: [{ file: ${join(root, "main.key")} }]`),
  );
  writeFileSync(join(root, "main.key"), "00".repeat(32));
  const { code, err } = await repo("init");
  expect(code).toBe(1);
  expect(err).toContain("repository-not-encrypted");
});

interface Slot {
  readonly id: string;
  readonly by: string;
}

async function slotsOf(repo: Repo): Promise<readonly Slot[]> {
  return (JSON.parse((await repo("keys", ["list", "--json"])).out) as { slots: readonly Slot[] }).slots;
}

type Repo = (word: string, rest?: readonly string[], environment?: Record<string, string>) => Promise<Ran>;

/** A folder with one repository document, and the program that works on it. */
function policyFolder(lock?: string) {
  const root = temporaryFolder();
  const [folder, key] = [join(root, "repository"), join(root, "main.key")];
  const policies = join(root, "policies");
  mkdirSync(policies);
  writeFileSync(join(policies, "a.yaml"), policy(folder, lock ?? `keys: [{ file: ${key} }]`));
  const cache = { XDG_CACHE_HOME: join(root, "cache"), LOCALAPPDATA: join(root, "cache") };
  const repo: Repo = (word, rest = [], environment = {}) =>
    runProgram(["repo", word, ...rest, "--policies", policies], { ...cache, ...environment });
  return { root, folder, policies, key, repo };
}

function policy(folder: string, lock: string): string {
  return `apiVersion: sitekeep/v1
kind: Repository
metadata: { name: main }
location: { folder: ${folder} }
${lock}
`;
}

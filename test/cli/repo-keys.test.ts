import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runHere } from "../support/command-line.ts";
import { policy, policyFolder, slotsOf } from "../support/policy-folder.ts";

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

test("a lost policy needs no more than the folder and a password to open the repository", async () => {
  const { folder, repo } = policyFolder();
  await repo("init");
  await repo("keys", ["add", "--new-password-from", "env:ESCROW"], { ESCROW: "correct horse" });
  const place = ["--folder", folder, "--password-from", "env:ESCROW"];
  const list = (escrow: string) => runHere(["snapshots", "list", ...place], { ESCROW: escrow });
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

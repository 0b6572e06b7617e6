import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runHere } from "../support/command-line.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const day = 86_400_000;

test("a repository is red until a second key has opened it on another machine, and says why not before", async () => {
  const { folder, escrow, key, site, elsewhere } = newSite();
  const prove = (...rest: readonly string[]) =>
    elsewhere("repo", "keys", "prove", "--folder", folder, ...rest);
  expect((await site("repo", "init")).code).toBe(0);
  // Nothing is there yet that could be lost, or read.
  expect((await site("repo", "keys", "prove")).err).toContain("key-not-provable");
  expect((await site("apply", "--yes")).out).toContain("1 done.");
  const red = await site("status");
  expect(red.out).toContain(
    "! The repository main may be lost with this site: no second key was ever proven on another machine.",
  );
  expect(red.out).toMatch(/ONE {3}at risk/);
  expect((await site("status", "--check")).code).toBe(0);
  expect((await site("plan")).out).toContain("Plan: 0 to capture, 0 to forget, 1 risk.");

  expect((await site("repo", "keys", "add", "--new-key-file", escrow)).code).toBe(0);
  const here = await site("repo", "keys", "prove", "--folder", folder, "--key-file", escrow);
  expect(here.code).toBe(3);
  expect(here.out).toMatch(
    /It does not count: the proof of .* on CM01\.test was made on a machine that writes/,
  );
  const same = await prove("--key-file", key);
  expect(same.code).toBe(3);
  expect(same.out).toMatch(/on admin07\.test was made with the key that the site itself uses/);
  expect((await site("status")).out).toMatch(/! .* on CM01\.test was made on a machine that writes to it\./);

  const proven = await prove("--key-file", escrow);
  expect(proven).toMatchObject({ code: 0, err: "" });
  expect(proven.out).toMatch(
    /^The key of the slot [0-9a-f]{16} opened .* on admin07\.test at .*\.\nRead with it: the snapshot .*, and 11 B of its content\.\nFiled as the proof of a second key\. It counts until .*\.\nThat is what a policy says by default\..*\n$/,
  );
  const green = await site("status");
  expect(green.out).toMatch(/main was opened with a second key on admin07\.test at .*; that counts until/);
  expect(green.out).toMatch(/ONE {3}kept/);
  expect((await site("plan")).out).toContain("Nothing to do: every promise is kept.");
}, 60_000);

test("the documents say what was proven, for how long it counts, and which slot it was", async () => {
  const { folder, escrow, site, elsewhere, objectives } = newSite();
  objectives("keyProofEvery: 10d");
  await site("apply", "--yes");
  const added = JSON.parse((await site("repo", "keys", "add", "--new-key-file", escrow, "--json")).out) as {
    added: string;
  };
  const key = ["--key-file", escrow];
  const ran = await elsewhere("repo", "keys", "prove", "--folder", folder, ...key, "--json");
  const said = JSON.parse(ran.out) as { proof: { at: number; snapshot: string } };
  // Without the policy nobody there knows of its ten days.
  expect(said).toMatchObject({
    apiVersion: "sitekeep/keys/v1",
    judgedBy: "defaults",
    counts: true,
    until: said.proof.at + 90 * day,
    proof: { slot: added.added, machine: "admin07.test", bytes: 11 },
  });
  const status = JSON.parse((await site("status", "--json")).out) as { sites: { keys: unknown }[] };
  expect(status.sites[0]!.keys).toEqual([
    {
      repository: "main",
      secondKey: { state: "proven", proof: said.proof, until: said.proof.at + 10 * day },
    },
  ]);
  const { slots } = JSON.parse((await site("repo", "keys", "list", "--json")).out) as {
    slots: { id: string; lastProof?: unknown }[];
  };
  expect(slots.map((it) => it.lastProof)).toEqual(
    slots.map((it) => (it.id === added.added ? said.proof : undefined)),
  );
  const list = (await site("repo", "keys", "list")).out;
  expect(list).toMatch(new RegExp(`${added.added} .* on admin07\\.test\n`));
  expect(list).toMatch(/ never\n/);

  const own = JSON.parse((await site("repo", "keys", "prove", "--json")).out) as typeof said;
  expect(own).toMatchObject({
    judgedBy: "policies",
    counts: false,
    because: "same-key",
    until: own.proof.at + 10 * day,
    hint: expect.stringContaining("sitekeep repo keys add"),
  });

  // Taking it away is answered for before it is done, and is red afterwards.
  const removed = await site("repo", "keys", "remove", added.added, "--yes");
  expect(removed.err).toMatch(/^[0-9a-f]{16} is the only key that was proven on another machine/);
  expect((await site("status")).out).toContain("was made with a key that has been removed since");
}, 60_000);

test("a key file that opens nothing proves nothing, and an unencrypted repository needs no proof", async () => {
  const { folder, escrow, site, elsewhere, lock } = newSite();
  lock("encrypt: false");
  expect((await site("apply", "--yes")).out).toContain("1 done.");
  expect((await site("status")).out).not.toContain("second key");
  const open = await elsewhere("repo", "keys", "prove", "--folder", folder);
  expect(open.code).toBe(1);
  expect(open.err).toContain("repository-not-encrypted");

  const locked = newSite();
  await locked.site("repo", "init");
  writeFileSync(escrow, "ab".repeat(32));
  const wrong = await elsewhere("repo", "keys", "prove", "--folder", locked.folder, "--key-file", escrow);
  expect(wrong.code).toBe(1);
  expect(wrong.err).toContain("repository-locked");
});

test("a repository of copies knows who writes to it, and wants a proof of its own", async () => {
  const { key, site, elsewhere, copies } = newSite();
  const offsite = copies();
  expect((await site("apply", "--yes")).out).toContain("2 done.");
  const { out } = await site("status");
  for (const name of ["main", "offsite"])
    expect(out).toContain(
      `! The repository ${name} may be lost with this site: no second key was ever proven`,
    );
  const same = await elsewhere("repo", "keys", "prove", "--folder", offsite, "--key-file", key);
  expect(same.code).toBe(3);
  expect(same.out).toContain("was made with the key that the site itself uses");
}, 60_000);

/**
 * A site of one folder with an encrypted repository, and two machines: the one that applies its policy, and
 * another.
 */
function newSite() {
  const root = temporaryFolder();
  const [policies, scripts] = [join(root, "policies"), join(root, "scripts")];
  for (const folder of [policies, scripts]) mkdirSync(folder);
  writeFileSync(join(scripts, "deploy.ps1"), "Get-CMSite\n");
  const [folder, key, escrow] = ["main", "main.key", "escrow.key"].map((it) => join(root, it)) as [
    string,
    string,
    string,
  ];
  writeFileSync(key, "cd".repeat(32));
  const file = join(policies, "one.yaml");
  const text = policyText({ folder, scripts, key });
  writeFileSync(file, text);
  const machine = (name: string): Record<string, string> => {
    const [said, cache] = [join(root, `${name}.yaml`), join(root, `${name}-cache`)];
    writeFileSync(said, `identity: ${name}.test\n`);
    return { SITEKEEP_MACHINE: said, XDG_CACHE_HOME: cache, LOCALAPPDATA: cache };
  };
  const [here, there] = [machine("CM01"), machine("admin07")];
  return {
    folder,
    key,
    escrow,
    site: (...args: readonly string[]) => runHere(args, { ...here, SITEKEEP_POLICIES: policies }),
    /** Without any policy. */
    elsewhere: (...args: readonly string[]) => runHere(args, there),
    objectives: (line: string) =>
      writeFileSync(file, text.replace("repository: main\n", `repository: main\nobjectives: { ${line} }\n`)),
    lock: (line: string) => writeFileSync(file, text.replace(/^keys: .*$/m, line)),
    /** Has points copied to a second repository, of the same key; gives its folder. */
    copies: () => {
      const offsite = join(root, "offsite");
      const second = text.split("---\n")[1]!.replace("name: main", "name: offsite").replace(folder, offsite);
      writeFileSync(file, `${text}copies: [{ repository: offsite }]\n---\n${second}`);
      return offsite;
    },
  };
}

function policyText({
  folder,
  scripts,
  key,
}: Readonly<Record<"folder" | "scripts" | "key", string>>): string {
  return `apiVersion: sitekeep/v1
kind: BackupPolicy
metadata: { name: one }
site: { code: ONE, database: { server: "127.0.0.1:1", name: CM_ONE } }
repository: main
schedule: { cron: "30 1 * * *" }
defaultSources: false
sources: { scripts: { kind: folder, root: ${scripts} } }
---
apiVersion: sitekeep/v1
kind: Repository
metadata: { name: main }
location: { folder: ${folder} }
keys: [{ file: ${key} }]
`;
}

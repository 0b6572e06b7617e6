import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { FileOffer } from "../src/core/model/offer.ts";
import { folderBackend } from "../src/store/backends/folder.ts";
import { runHere } from "./support/command-line.ts";
import { SeededRandom } from "./support/seeded-random.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";
import { capture, keyFile, newRepository, reopen } from "./support/test-repository.ts";

/** It may give what is done before the last command is typed. */
type Accident = (at: Place) => (() => void) | void;

/**
 * What has happened to the repository, by the heading under which the page shows what the program then says.
 */
const accidents: Readonly<Record<string, Accident>> = {
  "The key is lost": ({ key }) => writeFileSync(key, "00".repeat(32)),
  "Something is damaged": ({ repository }) => {
    const [pack] = filesBelow(repository, "packs").sort((left, right) => right.size - left.size);
    const bytes = readFileSync(pack!.path);
    bytes.fill(7, 400, 500);
    writeFileSync(pack!.path, bytes);
  },
  "The index is lost": ({ repository }) => rmSync(join(repository, "index"), { recursive: true }),
  "A capture died": ({ repository }) => {
    // Its packs are there; its index and its manifest were never written.
    const [index] = filesBelow(repository, "index").sort((left, right) => right.changedAt - left.changedAt);
    for (const path of [index!.path, join(repository, "snapshots", "s2")]) rmSync(path);
  },
};

test.each(Object.entries(accidents))("docs/stuck.md shows what is said: %s", async (heading, happen) => {
  await expectAsShown(heading, happen);
});

// Nothing stands in for a full disk: where this account can't mount one, the page is not held against it.
test.skipIf(!canMount())(
  "docs/stuck.md shows what is said: The disk or share is full (1 MiB, mounted for this test)",
  async () => {
    await expectAsShown("The disk or share is full", fillDisk);
  },
);

async function expectAsShown(heading: string, happen: Accident): Promise<void> {
  const place = await filledPlace();
  const mend = happen(place);
  const shown = consoleOf(heading);
  expect(shown.length).toBeGreaterThan(0);
  for (const [at, { line, output }] of shown.entries()) {
    if (at === shown.length - 1) mend?.();
    const { out, err } = await runHere([...line.split(" ").slice(1), "--policies", place.policies], {
      XDG_CACHE_HOME: join(place.root, "cache"),
      LOCALAPPDATA: join(place.root, "cache"),
    });
    expect(plain(`${out}${err}`), line).toBe(plain(output));
  }
}

/** Puts the repository on a disk that is too small for what is captured next. */
function fillDisk({ root, policies, repository }: Place): () => void {
  const kept = join(root, "kept");
  cpSync(repository, kept, { recursive: true });
  mount(repository, "1m");
  onTestFinished(() => void spawnSync("umount", [repository]));
  cpSync(kept, repository, { recursive: true });
  const files = join(root, "files");
  mkdirSync(files);
  writeFileSync(join(files, "site.vhdx"), new SeededRandom(52).bytes(1_500_000));
  writeFileSync(join(policies, "ps1.yaml"), policyOf(files));
  return () => void spawnSync("mount", ["-o", "remount,size=8m", repository]);
}

function mount(folder: string, size: string): boolean {
  return spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder]).status === 0;
}

/** Found out by doing it: a container's superuser may not be allowed to. */
function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "sitekeep-mount-"));
  const isMounted = mount(folder, "1m");
  if (isMounted) spawnSync("umount", [folder]);
  rmSync(folder, { recursive: true });
  return isMounted;
}

function policyOf(files: string): string {
  const lines = [
    "apiVersion: sitekeep/v1",
    "kind: BackupPolicy",
    "metadata: { name: ps1 }",
    'site: { code: PS1, database: { server: "127.0.0.1:1", name: CM_PS1 } }',
    "repository: main",
    'schedule: { cron: "30 1 * * *" }',
    "defaultSources: false",
    `sources: { files: { kind: folder, root: ${files} } }`,
  ];
  return lines.join("\n");
}

interface Place {
  readonly root: string;
  readonly policies: string;
  readonly repository: string;
  readonly key: string;
}

async function filledPlace(): Promise<Place> {
  const root = temporaryFolder();
  const [policies, repository, key] = ["policies", "repository", "key"].map((it) => join(root, it));
  mkdirSync(policies!);
  writeFileSync(key!, keyFile);
  const lines = [
    "apiVersion: sitekeep/v1",
    "kind: Repository",
    "metadata: { name: main }",
    `location: { folder: ${repository} }`,
    `keys: [{ file: ${key} }]`,
  ];
  writeFileSync(join(policies!, "main.yaml"), lines.join("\n"));
  const backend = folderBackend(repository!);
  await newRepository(backend);
  const random = new SeededRandom(51);
  const offers = [
    offer("inboxes/one.cfg", random.bytes(300_000)),
    offer("install.map", random.bytes(200_000)),
  ];
  await capture(await reopen(backend), "s1", offers, { source: "site-files" });
  await capture(await reopen(backend, { seed: 5 }), "s2", [...offers, offer("z.cfg", random.bytes(9000))]);
  return { root, policies: policies!, repository: repository!, key: key! };
}

function offer(path: string, bytes: Uint8Array): FileOffer {
  return { type: "file", path, modifiedAt: 5000, size: bytes.length, locator: { bytes } };
}

function filesBelow(root: string, folder: string) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((it) => it.isFile())
    .map((it) => {
      const path = join(it.parentPath, it.name);
      const { size, mtimeMs } = statSync(path);
      return { path, size, changedAt: mtimeMs };
    });
}

/** The command lines of a section, each with what is shown below it. */
function consoleOf(heading: string): readonly { readonly line: string; readonly output: string }[] {
  const section = readFileSync("docs/stuck.md", "utf8").split(`## ${heading}\n`)[1]!.split("\n## ")[0]!;
  return [...section.matchAll(/^```console\n(.*?)^```/gms)].flatMap(([, block]) =>
    block!
      .split(/^\$ /m)
      .slice(1)
      .map((it) => {
        const [line, ...output] = it.split("\n");
        return { line: line!, output: output.join("\n") };
      }),
  );
}

/** Digests, places and sizes are others on another machine. */
function plain(text: string): string {
  return text
    .replaceAll(/\b(packs|index)\/[0-9a-f/…]+/g, "$1/…")
    .replaceAll(/\S+[\\/]repository\b/g, "REPOSITORY")
    .replaceAll(/\d+(\.\d+)? [KM]?i?B\b/g, "SIZE")
    .replaceAll(/\b\d{4}-\d\d-\d\d \d\d:\d\dZ/g, "TIME")
    .replaceAll(/\b[\d.]+m?s$/gm, "SECONDS")
    .replaceAll(/\S+[\\/]policies\b/g, "policies")
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .trim();
}

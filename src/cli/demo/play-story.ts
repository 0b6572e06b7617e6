import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { day } from "../../core/base/instant.ts";
import type { Stage } from "./stage.ts";
import { watchWords } from "../screen/watch-words.ts";
import { inLab, type FileDigest } from "../world/lab-world.ts";

/**
 * Tells the story of one site, from the first plan to a restore after a loss. Stops at the first thing that
 * is not as told.
 */
export async function playStory(stage: Stage): Promise<void> {
  await firstPoint(stage);
  await secondKey(stage);
  await ordinaryDay(stage);
  await sixDays(stage);
  await brokenObject(stage);
  await loss(stage);
  await watched(stage);
  stage.chapter("Where the site stands");
  await stage.run(["status"]);
  await stage.run(["snapshots", "list"]);
}

async function firstPoint(stage: Stage): Promise<void> {
  stage.chapter("The first recovery point");
  await stage.run(["validate"]);
  await stage.run(["plan", "--detailed-exitcode"], 2);
  await stage.run(["apply", "--yes"]);
  stage.tell("\nAn applied plan has no step left. What no step mends stays red:");
  await stage.run(["plan", "--detailed-exitcode"], 0);
}

async function secondKey(stage: Stage): Promise<void> {
  stage.chapter("A second key, on another machine");
  const key = join(stage.lab, "hosts/admin07/C/escrow.key");
  await stage.run(["repo", "keys", "add", "--new-key-file", key]);
  stage.tell(
    "\nadmin07.lab, an administrator's computer, is played by this machine too. There is no policy there:",
  );
  const place = ["--folder", join(stage.lab, "repository"), "--key-file", key];
  await stage.run(["repo", "keys", "prove", "--machine", join(stage.lab, "admin07.yaml"), ...place]);
  await stage.run(["plan", "--detailed-exitcode"], 0);
}

async function ordinaryDay(stage: Stage): Promise<void> {
  stage.chapter("A day passes, and the site lives");
  await inLab((lab) => lab.ageLab(stage.lab, day));
  for (const change of await inLab((lab) => lab.changeLab(stage.lab, "demo"))) stage.tell(`  ${change}`);
  await stage.run(["plan", "--detailed-exitcode"], 2);
  await stage.run(["apply", "--yes"]);
}

async function sixDays(stage: Stage): Promise<void> {
  stage.chapter("Six days in which nothing ran");
  await inLab((lab) => lab.ageLab(stage.lab, 6 * day));
  stage.tell("The newest point is older than the five days for which replication can catch up:");
  await stage.run(["plan", "--detailed-exitcode"], 2);
  await stage.run(["apply", "--yes"]);
}

async function brokenObject(stage: Stage): Promise<void> {
  stage.chapter("One bit flips in the content library");
  stage.tell(await inLab((lab) => lab.incident(stage.lab, "flipped-bit")));
  stage.tell(
    "The policy has 5 % of the library read again at each run. For the story it is told to read all:",
  );
  editPolicy(stage, "verify: sample 5%", "verify: all");
  await stage.run(["capture", "PS1", "library", "--yes"]);
  await stage.run(["snapshots", "show", "PS1/library", "E/SCCMContentLib/PkgLib"]);
}

function editPolicy(stage: Stage, from: string, to: string): void {
  const file = join(stage.lab, "policies/lab.yaml");
  const text = readFileSync(file, "utf8");
  if (!text.includes(from)) throw new Error(`The lab's policy has no \`${from}\`.`);
  writeFileSync(file, text.replace(from, to));
}

async function loss(stage: Stage): Promise<void> {
  stage.chapter("The source is deleted");
  const scripts = join(stage.lab, "hosts/cm01/D/Scripts");
  const database = join(stage.lab, "hosts/sql01/data/CM_PS1.mdf");
  await stage.run(["capture", "PS1", "database", "scripts", "--yes"]);
  const files = await inLab((lab) => lab.digestTree(scripts));
  const tables = await inLab((lab) => lab.dumpDatabase(database));
  stage.tell(
    `Noted by other means: ${files.size} scripts, and ${tables.size} tables of CM_PS1 with ${rowsOf(tables)} rows.`,
  );
  rmSync(scripts, { recursive: true });
  const drop = {
    host: "sql01.lab",
    database: "master",
    statements: ["DROP DATABASE CM_PS1"],
    tables: [],
  } as const;
  await inLab((lab) => lab.writeToSite(stage.lab, drop));
  stage.tell("D:\\Scripts is deleted and CM_PS1 is dropped.");
  await stage.run(["status"]);
  await stage.run(["restore", "PS1/scripts", "--to", scripts]);
  await stage.run(["restore", "PS1/database", "--database", "CM_PS1", "--yes"]);
  compare(stage, "every script: digest and time", files, await inLab((lab) => lab.digestTree(scripts)));
  compare(
    stage,
    "every table of CM_PS1: rows and digest",
    tables,
    await inLab((lab) => lab.dumpDatabase(database)),
  );
}

function rowsOf(tables: ReadonlyMap<string, { readonly rows: number }>): number {
  return [...tables.values()].reduce((sum, { rows }) => sum + rows, 0);
}

function compare(
  stage: Stage,
  what: string,
  before: ReadonlyMap<string, object>,
  after: ReadonlyMap<string, object>,
): void {
  const lines = (map: ReadonlyMap<string, object>) =>
    JSON.stringify([...map].map(([name, it]) => [name, plain(it)]));
  if (lines(before) !== lines(after)) throw new Error(`What was restored differs: ${what}.`);
  stage.tell(`Compared and equal: ${what}.`);
}

/** Times are kept to the millisecond; file systems keep more. */
function plain(value: object): object {
  const { modifiedMs, ...rest } = value as Partial<FileDigest>;
  return modifiedMs === undefined ? rest : { ...rest, modifiedMs: Math.trunc(modifiedMs) };
}

async function watched(stage: Stage): Promise<void> {
  stage.chapter("A policy is edited while watch runs");
  const watch = stage.start(["watch"]);
  try {
    await watch.said(`${watchWords.ended} 0`);
    stage.tell("\nFirst a broken edit, with a typing error:");
    editPolicy(stage, "\nsources:", "\nsurces:");
    await watch.said(watchWords.notTaken);
    stage.tell("\nThen the error is mended, and a source is added:");
    editPolicy(
      stage,
      "\nsurces:",
      `\nsources:\n  logs: { kind: folder, root: 'D:\\Program Files\\Microsoft Configuration Manager\\Logs' }`,
    );
    await watch.said(`in force (${watchWords.changed})`);
    await watch.said(`${watchWords.ended} 0`);
  } finally {
    await watch.stop();
  }
  await stage.run(["snapshots", "show", "PS1/logs"]);
}

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkDatabaseFiles } from "../../../src/drivers/parts/check-database-files.ts";
import type { Means } from "../../../src/drivers/driver.ts";
import { makeDataFile } from "../../support/data-file.ts";
import { SeededRandom } from "../../support/seeded-random.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const pageBytes = 8192;
const where = "PS1/task";
const { bytes, used } = makeDataFile(400, new SeededRandom(4));
const log = makeDataFile(16, new SeededRandom(5)).bytes;
const whole = { "CM_PS1.mdf": bytes, "CM_PS1_log.ldf": log };

test("files of a database that are whole tell how many pages were read, and nothing wrong", async () => {
  const reported: string[] = [];
  const checked = await check(
    { ...whole, "CM_PS1_1.ndf": bytes, "SMSbkSQLDBsite.dat": Buffer.alloc(0) },
    reported,
  );
  expect(checked.problems).toEqual([]);
  expect(checked.wholePages).toBeGreaterThan(2 * used.length);
  expect(new Set(reported)).toEqual(
    new Set(["checking the pages of CM_PS1.mdf", "checking the pages of CM_PS1_1.ndf"]),
  );
});

test.each<[string, Record<string, Buffer>, string]>([
  [
    "a page that was changed",
    { ...whole, "CM_PS1.mdf": withPage(used[5]!, (at, file) => (file[at + 700]! ^= 1)) },
    `the first is page ${used[5]}.`,
  ],
  [
    "a data file that was cut",
    { ...whole, "CM_PS1.mdf": bytes.subarray(0, 5 * pageBytes + 7) },
    "it is cut.",
  ],
  ["no data file", { "CM_PS1_log.ldf": log }, "there is no .mdf file in it."],
])("%s is told with the file, and the set is not taken", async (_, files, message) => {
  await expect(check(files)).rejects.toMatchObject({
    problem: {
      code: "task-set-damaged",
      severity: "error",
      where,
      message: expect.stringContaining(message),
    },
  });
});

test("pages that hold none of theirs, or carry no checksum, are a risk: the log may hold them", async () => {
  const file = withPage(used[9]!, (at, it) => it.fill(0, at, at + pageBytes));
  file.writeUInt16LE(0, used[3]! * pageBytes + 4);
  const { problems } = await check({ ...whole, "CM_PS1.mdf": file });
  expect(problems).toMatchObject([
    {
      code: "task-set-unproven",
      severity: "risk",
      message: expect.stringMatching(
        /1 hold no page of theirs, the first is page \d+, and 1 carry no checksum\.$/,
      ),
      where,
    },
  ]);
});

test("files that do not begin as SQL Server's are unknown, which is told of each", async () => {
  const strange = Buffer.alloc(1 << 16, 7);
  const { problems, wholePages } = await check({ "CM_PS1.mdf": strange, "CM_PS1_log.ldf": strange });
  expect(wholePages).toBe(0);
  expect(problems).toMatchObject(
    ["CM_PS1_log.ldf", "CM_PS1.mdf"].map((name) => ({
      code: "task-set-unproven",
      severity: "risk",
      message: expect.stringContaining(
        `${name} is not proven. Whether it is whole is not known: it does not begin`,
      ),
    })),
  );
});

test("a folder that is not there is told as such", async () => {
  const folder = join(temporaryFolder(), "away");
  await expect(
    checkDatabaseFiles({ local: folder, shown: "E:\\Away", where }, meansOf()),
  ).rejects.toMatchObject({
    problem: { message: expect.stringContaining("E:\\Away") },
  });
});

function withPage(page: number, change: (at: number, file: Buffer) => void): Buffer {
  const file = Buffer.from(bytes);
  change(page * pageBytes, file);
  return file;
}

function check(files: Readonly<Record<string, Buffer>>, reported: string[] = []) {
  const local = join(temporaryFolder(), "SiteDBServer");
  mkdirSync(local);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(local, name), content);
  return checkDatabaseFiles({ local, shown: "E:\\PS1Backup\\SiteDBServer", where }, meansOf(reported));
}

function meansOf(reported: string[] = []): Means {
  const { signal } = new AbortController();
  return { signal, report: ({ text }: { text: string }) => void reported.push(text) } as unknown as Means;
}

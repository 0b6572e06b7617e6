import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { day, minute } from "../../src/core/base/instant.ts";
import type { SourceObservation } from "../../src/core/model/observation.ts";
import type { Means } from "../../src/drivers/driver.ts";
import { driverOf } from "../../src/drivers/drivers.ts";
import { SqlError, type SqlRow } from "../../src/drivers/access/sql/sql-runner.ts";
import { lastTaskRun } from "../../packages/lab/src/site/task-run.ts";
import { taskFolders } from "../../packages/lab/src/site/task-set.ts";
import { labNowMs, withLab } from "../../packages/lab/test/made-lab.ts";
import { collectingSink } from "../support/collecting-sink.ts";
import { labMeans } from "../support/lab-means.ts";
import { labSources } from "../support/lab-sources.ts";
import { refusal } from "../support/made-up-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const lab = withLab();
const began = lastTaskRun(labNowMs).startMs + 2_400;
const ended = lastTaskRun(labNowMs).finishMs;
const error = -1_073_741_824;

/** A status message as the view shows it, newest first. */
function row(message: number, atMs: number, changes: SqlRow = {}): SqlRow {
  const time = new Date(atMs).toISOString().replace("T", " ").replace("Z", "");
  return { message, time, severity: 1_073_741_824, part: 0, ...changes };
}

const good = [row(5035, ended), row(5055, began)];

describe("with status messages beside its log", () => {
  test("a set is adopted by both, and a run that failed since is told though its log tells nothing of it", async () => {
    expect(await look(good)).toMatchObject({ answers: true, facts: { run: "finished", set: "whole" } });
    expect(await look(good)).not.toHaveProperty("facts.scriptStartedAt");
    expect(await look([row(5040, ended), ...good])).toMatchObject({
      facts: { scriptStartedAt: new Date(ended).toISOString() },
    });
    const failure = row(5049, labNowMs - minute, { severity: error });
    const problem = {
      code: "task-run-failed",
      message: expect.stringMatching(/at work at 2026-11-22 00:59Z failed: Status message 5049 in the site/),
    };
    expect(await look([failure, ...good])).toMatchObject({
      answers: false,
      problem,
      facts: { run: "failed", set: "lacking", lastGoodAt: new Date(began).toISOString() },
    });
    await expect(capture([failure, ...good])).rejects.toMatchObject({ problem });
  });

  test("a log and messages that tell otherwise of one run are both told, and nothing is adopted", async () => {
    expect(await look([row(5060, ended), row(5055, began)])).toMatchObject({
      answers: false,
      problem: {
        code: "task-witnesses-differ",
        message: expect.stringMatching(
          /ended well by its log, and failed by its status messages: Status message 5060$/,
        ),
      },
    });
    await withLog(
      (log) => log.replace("Backup completed", "Error: no space"),
      async () => {
        expect(await look(good)).toMatchObject({
          problem: {
            code: "task-witnesses-differ",
            message: expect.stringMatching(
              /well by its status messages, and failed by its log: Error: no space$/,
            ),
          },
        });
      },
    );
  });

  test("messages alone tell of a run: its set is adopted, and its failure is one", async () => {
    await withLog(
      () => undefined,
      async () => {
        expect(await look(good)).toMatchObject({ answers: true, facts: { run: "finished" } });
        expect((await capture(good)).asOf).toBe(began);
        expect(await look([row(5060, ended), row(5055, began)])).toMatchObject({
          problem: {
            code: "task-run-failed",
            message: expect.stringContaining("of 2026-11-21 22:00Z failed"),
          },
        });
      },
    );
  });

  test("an end that nobody saw begin is no proof of which run the set is", async () => {
    await withLog(
      () => undefined,
      async () => {
        expect(await look([row(5035, ended)])).toMatchObject({
          answers: false,
          problem: { code: "task-run-begin-unknown" },
        });
      },
    );
  });

  test("a run that the messages know to be at work is waited for", async () => {
    expect(await look([row(5055, labNowMs), ...good])).toMatchObject({
      problem: { code: "task-run-not-finished", message: expect.stringContaining("2026-11-22 01:00Z") },
    });
  });

  test("one that the messages see begin while the set is read makes the capture a failure", async () => {
    let looks = 0;
    const rows = () => (++looks === 1 ? good : [row(5055, began + day), ...good]);
    await expect(capture(rows)).rejects.toMatchObject({
      problem: { code: "task-run-not-finished", message: expect.stringContaining("began another run") },
    });
  });
});

test("messages that can't be read leave the log to tell; with neither the reason is told", async () => {
  const refused = refusal([229, "The SELECT permission was denied on the object 'v_StatusMessage'."]);
  const silent = new SqlError("connection", [{ number: 0, severity: 0, text: "nobody listens" }]);
  for (const answer of [refused, silent]) expect(await look(answer)).toMatchObject({ answers: true });
  await withLog(
    () => undefined,
    async () => {
      expect(await look(refused)).toMatchObject({
        problem: {
          code: "task-run-not-finished",
          message: expect.stringMatching(
            /^No log of the task was found .* its messages could not be read: .*229/,
          ),
        },
      });
      const seen = await look([]);
      expect(seen).toMatchObject({
        problem: { message: expect.stringMatching(/, and the site database holds no message of one\.$/) },
      });
      expect(seen).not.toHaveProperty("facts");
    },
  );
});

test("a set whose server can't be asked is adopted without a word on its locks, and a risk tells that", async () => {
  const silent = new SqlError("connection", [{ number: 0, severity: 0, text: "nobody listens" }]);
  const { facts, problems } = await capture(silent);
  expect(facts).toMatchObject({ run: "finished" });
  expect(facts).not.toHaveProperty("locks");
  expect(facts).not.toHaveProperty("needsKeys");
  expect(problems).toMatchObject([
    {
      code: "sql-unreachable",
      severity: "risk",
      message: expect.stringContaining("could not describe the database: nobody listens"),
      where: "PS1/task",
    },
  ]);
});

test("a database whose row is not shown may be encrypted: its set is no plain one", async () => {
  const refused = refusal([229, "The SELECT permission was denied on the object 'databases'."]);
  const { facts, problems } = await capture(refused);
  expect(facts["locks"]).toEqual({ bitlocker: "unknown", tde: "unknown" });
  expect(problems.map((it) => [it.code, it.severity])).toContainEqual(["sql-permission", "risk"]);
});

type Said = readonly SqlRow[] | SqlError | (() => readonly SqlRow[]);

function look(said: Said): Promise<SourceObservation> {
  const { site, sources } = labSources(lab.folder);
  return driverOf("task-backup").observe({ source: sources["task-backup"], site }, meansWith(said));
}

function capture(said: Said) {
  const { site, sources } = labSources(lab.folder);
  const request = { source: sources["task-backup"], site, mode: "full" } as const;
  return driverOf("task-backup").capture(request, meansWith(said), collectingSink(temporaryFolder()));
}

/** The lab's files, and a server that says this of the task's messages. */
function meansWith(said: Said): Means {
  const query = async () => {
    if (said instanceof SqlError) throw said;
    return typeof said === "function" ? said() : said;
  };
  const sql = { query, batch: query, close: async () => undefined };
  return { ...labMeans(lab.folder), sql: async () => sql };
}

/** Changes the task's logs, or takes them away, while something is looked at. */
async function withLog(
  change: (text: string) => string | undefined,
  work: () => Promise<void>,
): Promise<void> {
  const logs = [
    join(lab.folder, "hosts/cm01/D/Program Files/Microsoft Configuration Manager/Logs/smsbkup.log"),
    join(dirname(taskFolders(lab.folder).site), "smsbkup.log"),
  ].map((path) => ({ path, text: readFileSync(path, "utf8") }));
  try {
    for (const { path, text } of logs) {
      const changed = change(text);
      if (changed === undefined) rmSync(path);
      else writeFileSync(path, changed);
    }
    await work();
  } finally {
    for (const { path, text } of logs) writeFileSync(path, text);
  }
}

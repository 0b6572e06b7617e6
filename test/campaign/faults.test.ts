import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folderBackend } from "../../src/store/backends/folder.ts";
import { atDepth, count, depth } from "../support/campaign/depth.ts";
import { type DiskFault, type FailingCall, FaultyDisk } from "../support/campaign/faulty-disk.ts";
import { judge } from "../support/campaign/judge.ts";
import { layOut } from "../support/campaign/power-cut.ts";
import { hastyDisk } from "../support/campaign/recording-disk.ts";
import { emptyBeginning, type Mark, type Stage, type Work } from "../support/campaign/story.ts";
import { works } from "../support/campaign/works.ts";

const faults: readonly DiskFault[] = ["ENOSPC", "EIO", "EACCES", "short-write", "torn-write"];
/** Every so many calls one is made to fail. */
const stride = atDepth({ short: 151, middle: 19, long: 1 });
/** At length every call fails, once or from there on in turn: both would take two hours. */
const lastingAt = (call: number): readonly FailingCall["lasting"][] =>
  depth === "long" ? [call % 2 === 0 ? "once" : "on"] : ["once", "on"];
/** The ordinary run takes one work. */
const titles = Object.keys(works).slice(0, atDepth({ short: 1, middle: Infinity, long: Infinity }));

describe.each(faults)("a disk that answers with %s", (fault) => {
  test.each(titles)("at any call of %s: what was told is so, and the next run succeeds", async (title) => {
    const work = works[title]!;
    const { calls } = await runOn({ fault, call: Infinity, lasting: "once" }, work);
    expect(calls).toBeGreaterThan(5);
    let tried = 0;
    let failed = 0;
    // The first call too: then nothing is there yet.
    for (let call = 1; call <= calls; call += stride) {
      for (const lasting of lastingAt(call)) {
        const { error } = await runOn({ fault, call, lasting }, work);
        tried++;
        if (error) failed++;
      }
    }
    // A short write is nobody's fault: the rest is written too.
    if (fault === "short-write") expect(failed).toBe(0);
    else expect(failed).toBeGreaterThan(0);
    count(`disk faults: ${fault}`, tried);
  });
});

/** Runs a work on a failing disk and judges what it leaves, on one that is well again. */
async function runOn(
  failing: FailingCall,
  work: Work,
): Promise<{ readonly calls: number; readonly error: unknown }> {
  const root = mkdtempSync(join(tmpdir(), "sitekeep-fault-"));
  const disk = new FaultyDisk(failing);
  const begun = (await work.begin?.()) ?? emptyBeginning;
  const marks: Mark[] = [...begun.marks];
  const trees: Stage["trees"] = new Map(begun.trees);
  let error: unknown;
  try {
    layOut(begun.objects, root);
    await work
      .run({ backend: () => folderBackend(root, disk), tell: (mark) => marks.push(mark), trees })
      .catch((thrown: unknown) => (error = thrown));
    await judge(
      folderBackend(root, hastyDisk),
      { marks, trees },
      `${failing.fault} at call ${failing.call} (${failing.lasting})`,
    );
    return { calls: disk.calls, error };
  } finally {
    rmSync(root, { recursive: true });
  }
}

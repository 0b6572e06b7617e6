import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatAnswers, readAnswers } from "../../test/oracle/restic-answers.ts";
import type { ResticAnswer } from "../../test/oracle/restic-answers.ts";
import { askRestic, layFixture } from "./ask-restic.ts";
import { blockCount, fixtureTimes } from "./fixture-times.ts";
import { makeRestic } from "./restic.ts";
import { makeQuestions } from "./retention-pairs.ts";

/** Asks some of the questions again, those of one block of the fixture, and rejects when an answer is not the recorded one. */
export async function checkRetention(count: number): Promise<void> {
  const numbers = makeQuestions().flatMap((_, at) => (at % blockCount === 0 ? [at] : []));
  const chosen = numbers.slice(0, count);
  const questions = makeQuestions().filter((_, at) => chosen.includes(at));
  const recorded = readAnswers().answers.filter((_, at) => chosen.includes(at));
  const folder = mkdtempSync(join(tmpdir(), "sitekeep-oracle-"));
  try {
    const restic = await makeRestic(folder);
    await layFixture(restic, questions);
    const fresh: ResticAnswer[] = [];
    for (const [at, question] of questions.entries()) fresh.push(await askRestic(restic, question, at));
    const [now, then] = [fresh, recorded].map((answers) => formatAnswers({ times: fixtureTimes, answers }));
    if (now !== then) throw new Error(`restic answers otherwise than was recorded.\n${now}\n${then}`);
    process.stdout.write(`${fresh.length} answers are the recorded ones.\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

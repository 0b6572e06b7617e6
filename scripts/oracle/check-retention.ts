import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Instant } from "../../src/core/base/instant.ts";
import { formatAnswers, readAnswers } from "../../test/oracle/restic-answers.ts";
import type { ResticAnswer } from "../../test/oracle/restic-answers.ts";
import { askRestic, layFixture } from "./ask-restic.ts";
import { blockCount, fixtureTimes } from "./fixture-times.ts";
import { makeRestic } from "./restic.ts";
import { makeQuestions } from "./retention-pairs.ts";

/**
 * Asks some of the questions again, those of one block of the fixture, and rejects when an answer is not the
 * recorded one.
 */
export async function checkRetention(count: number): Promise<void> {
  const numbers = makeQuestions().flatMap((_, at) => (at % blockCount === 0 ? [at] : []));
  const chosen = numbers.slice(0, count);
  const questions = makeQuestions().filter((_, at) => chosen.includes(at));
  const { times, answers } = readAnswers();
  const recorded = answers.filter((_, at) => chosen.includes(at));
  const folder = mkdtempSync(join(tmpdir(), "sitekeep-oracle-"));
  try {
    const restic = await makeRestic(folder);
    await layFixture(restic, questions);
    const fresh: ResticAnswer[] = [];
    for (const [at, question] of questions.entries()) fresh.push(await askRestic(restic, question, at));
    const differ = fresh.flatMap((answer, at) => {
      const [now, then] = [textOf(answer, fixtureTimes), textOf(recorded[at]!, times)];
      return now === then ? [] : [`now  ${now}\nthen ${then}`];
    });
    if (differ.length > 0)
      throw new Error(`restic answers otherwise than was recorded.\n${differ.join("\n")}`);
    process.stdout.write(`${fresh.length} answers are the recorded ones.\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** With the times of its set: an answer is about instants, and not about positions. */
function textOf(answer: ResticAnswer, times: readonly Instant[]): string {
  return formatAnswers({ times: answer.set.map((at) => times[at]!), answers: [answer] });
}

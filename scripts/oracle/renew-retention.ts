import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatAnswers } from "../../test/oracle/restic-answers.ts";
import type { ResticAnswer } from "../../test/oracle/restic-answers.ts";
import { askRestic, layFixture } from "./ask-restic.ts";
import { askDivergences } from "./divergences.ts";
import { fixtureTimes } from "./fixture-times.ts";
import { makeRestic } from "./restic.ts";
import { makeQuestions } from "./retention-pairs.ts";

const golden = "test/golden/retention-oracle";

/** Asks all questions of a fresh repository and writes the answers. Takes about ten minutes of one core. */
export async function renewRetention(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "sitekeep-oracle-"));
  try {
    mkdirSync(golden, { recursive: true });
    const restic = await makeRestic(folder);
    const divergences = await askDivergences(restic);
    writeFileSync(join(golden, "divergences.json"), `${JSON.stringify(divergences, undefined, 1)}\n`);
    const questions = makeQuestions();
    await layFixture(restic, questions);
    const answers: ResticAnswer[] = [];
    for (const [at, question] of questions.entries()) answers.push(await askRestic(restic, question, at));
    writeFileSync(join(golden, "restic-0.14.txt"), formatAnswers({ times: fixtureTimes, answers }));
    process.stdout.write(
      `${answers.length} answers of restic 0.14, and ${divergences.length} divergences.\n`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

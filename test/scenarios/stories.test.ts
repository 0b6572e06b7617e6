import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLab } from "../../src/lab/create-lab.ts";
import { startLab, type RunningLab } from "../../src/lab/start-lab.ts";
import { runProgram, type Ran } from "../support/program.ts";
import { hasLine, missingLine, readStory } from "../support/story.ts";

const folder = "test/scenarios";
const stories = readdirSync(folder).filter((file) => file.endsWith(".story.txt"));

describe.each(stories)("%s", (file) => {
  const story = readStory(readFileSync(join(folder, file), "utf8"));
  const root = mkdtempSync(join(tmpdir(), "sitekeep-story-"));
  const lab = join(root, "lab");
  let running: RunningLab;

  beforeAll(async () => {
    await createLab({ folder: lab, nowMs: Date.now(), size: "small", onStep: () => {} });
    running = await startLab(lab, { onLine: () => {} });
  });

  afterAll(async () => {
    await running.close();
    rmSync(root, { recursive: true, force: true });
  });

  test(story.title, { timeout: 120_000 }, async () => {
    for (const step of story.steps) {
      const ran = await runStep(step.line);
      const output = `${ran.out}\n${ran.err}`.replaceAll(lab, "LAB");
      expect.soft(ran.code, `exit code of: ${step.line}\n${output}`).toBe(step.exitCode);
      const missing = missingLine(step.expected, output);
      expect(missing, `after: ${step.line}\n${output}`).toBeUndefined();
      const forbidden = step.forbidden.filter((line) => hasLine(line, output));
      expect(forbidden, `after: ${step.line}\n${output}`).toEqual([]);
    }
  });

  /** `lab incident sql-down` has the lab's folder put in; `sitekeep …` works on the lab. */
  async function runStep(line: string): Promise<Ran> {
    const [first, ...words] = line.split(" ").map((word) => word.replaceAll("LAB", lab));
    const args = first === "lab" ? ["lab", words[0]!, lab, ...words.slice(1)] : words;
    return runProgram(args, { SITEKEEP_LAB: lab, XDG_CACHE_HOME: join(root, "cache") });
  }
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { formatDuration } from "../../core/base/instant.ts";
import type { RunTextCommand } from "../command/command.ts";
import { playStory } from "../demo/play-story.ts";
import { makeStage } from "../demo/stage.ts";
import { exitCode } from "../command/exit-code.ts";
import { inLab } from "../world/lab-world.ts";

/** `sitekeep lab demo`: the whole story on a lab site of its own, with real commands. */
export const run: RunTextCommand = async (call) => {
  // Where the lab is missing, that is said before anything is told.
  await inLab(() => undefined);
  const [chosen] = call.args;
  const root = chosen === undefined ? await mkdtemp(join(tmpdir(), "sitekeep-demo-")) : resolve(chosen);
  const folder = join(root, "lab-site");
  const isKept = call.options["keep"] === true || chosen !== undefined;
  const beganAt = Date.now();
  const stage = makeStage(folder, call.screen);
  try {
    stage.chapter("A site is made");
    stage.tell(
      "A central administration site and two primaries; PS1 is complete on disk. SQL Server is a stand-in.",
    );
    await inLab((lab) =>
      lab.createLab({ folder, nowMs: Date.now(), onStep: (text) => stage.tell(`  ${text}`) }),
    );
    const running = await inLab((lab) => lab.startLab(folder, { onLine: (text) => stage.tell(`  ${text}`) }));
    try {
      await playStory(stage);
    } finally {
      await running.close();
    }
    const took = formatDuration(Date.now() - beganAt);
    return {
      exitCode: exitCode.done,
      text: (paint) => [
        `\n${paint("good", `That was the story, in ${took}.`)}`,
        ...(isKept ? [`The lab site is still in ${folder}.`] : []),
      ],
    };
  } finally {
    if (!isKept) await rm(root, { recursive: true, force: true });
  }
};

import { textOption, type RunTextCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { inLab } from "../world/lab-world.ts";

/** `sitekeep lab change DIR`: what a working day changes. */
export const run: RunTextCommand = async (call) => {
  const seed = textOption(call, "seed") ?? String(Date.now());
  const changes = await inLab((lab) => lab.changeLab(call.args[0]!, seed));
  return { exitCode: exitCode.done, text: () => changes };
};

import { textOption, type RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { inLab } from "../world/lab-world.ts";

/** `sitekeep lab change DIR`: what a working day changes. */
export const run: RunCommand = async (call) => {
  const seed = textOption(call, "seed") ?? String(Date.now());
  const changes = await inLab((lab) => lab.changeLab(call.args[0]!, seed));
  for (const change of changes) call.screen.out(change);
  return exitCode.done;
};

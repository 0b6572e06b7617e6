import { parseDuration } from "../../core/base/instant.ts";
import type { RunTextCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { invalidOption } from "../options/invalid-option.ts";
import { inLab } from "../world/lab-world.ts";

/** `sitekeep lab age DIR 6d`: time passes in the lab. */
export const run: RunTextCommand = async (call) => {
  const [folder, text] = call.args;
  const ms = parseDuration(text!);
  if (ms === undefined) throw invalidOption("time", `${text} is no length of time`, "Write it as 6d or 12h.");
  await inLab((lab) => lab.ageLab(folder!, ms));
  return { exitCode: exitCode.done, text: () => [`${folder} is ${text} older.`] };
};

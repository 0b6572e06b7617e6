import type { RunTextCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { inLab } from "../world/lab-world.ts";

/** `sitekeep lab create DIR`: a simulated hierarchy on disk. */
export const run: RunTextCommand = async (call) => {
  const [folder] = call.args;
  const onStep = (text: string) => call.screen.tell(call.screen.paint("dim", `  ${text}`));
  await inLab((lab) => lab.createLab({ folder: folder!, nowMs: Date.now(), onStep }));
  const next = `The lab site is in ${folder}. Next: sitekeep lab start ${folder}`;
  return { exitCode: exitCode.done, text: () => [next] };
};

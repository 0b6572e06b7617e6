import { once } from "node:events";
import { startLab } from "../../../packages/lab/src/start-lab.ts";
import type { RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { inLab } from "../world/lab-problem.ts";

/** `sitekeep lab start DIR`: the lab's SQL Servers, until Ctrl-C. */
export const run: RunCommand = async (call) => {
  const [folder] = call.args;
  const lab = await inLab(() => startLab(folder!, { onLine: (text) => call.screen.out(text) }));
  call.screen.out(`Work on it from another terminal: sitekeep plan --lab ${folder}`);
  if (!call.signal.aborted) await once(call.signal, "abort");
  await lab.close();
  return exitCode.done;
};

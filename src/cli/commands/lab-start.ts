import { once } from "node:events";
import type { RunTextCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { inLab } from "../world/lab-world.ts";

/** `sitekeep lab start DIR`: the lab's SQL Servers, until Ctrl-C. */
export const run: RunTextCommand = async (call) => {
  const [folder] = call.args;
  const running = await inLab((lab) => lab.startLab(folder!, { onLine: (text) => call.screen.tell(text) }));
  call.screen.tell(`Work on it from another terminal: sitekeep plan --lab ${folder}`);
  if (!call.signal.aborted) await once(call.signal, "abort");
  await running.close();
  return { exitCode: exitCode.done };
};

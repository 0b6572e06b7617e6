import { incident } from "../../../packages/lab/src/incidents/incident.ts";
import { incidents } from "../../../packages/lab/src/incidents/catalogue.ts";
import type { RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { inLab } from "../world/lab-problem.ts";

/** `sitekeep lab incident DIR [NAME]`: breaks something, or lists what can be broken. */
export const run: RunCommand = async (call) => {
  const [folder, name] = call.args;
  if (name === undefined) {
    const width = Math.max(...incidents.map((it) => it.name.length));
    for (const it of incidents) call.screen.out(`${it.name.padEnd(width)}  ${it.happens}`);
    return exitCode.done;
  }
  call.screen.out(await inLab(() => incident(folder!, name, call.options["off"] ? { off: true } : {})));
  return exitCode.done;
};

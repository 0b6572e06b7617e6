import type { RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { inLab } from "../world/lab-world.ts";

/** `sitekeep lab incident DIR [NAME]`: breaks something, or lists what can be broken. */
export const run: RunCommand = async (call) => {
  const [folder, name] = call.args;
  if (name === undefined) {
    const incidents = await inLab((lab) => lab.listIncidents());
    const width = Math.max(...incidents.map((it) => it.name.length));
    for (const it of incidents) call.screen.out(`${it.name.padEnd(width)}  ${it.happens}`);
    return exitCode.done;
  }
  const turn = call.options["off"] ? "off" : "on";
  call.screen.out(await inLab((lab) => lab.incident(folder!, name, turn)));
  return exitCode.done;
};

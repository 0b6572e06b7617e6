import type { RunTextCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { inLab } from "../world/lab-world.ts";

/** `sitekeep lab incident DIR [NAME]`: breaks something, or lists what can be broken. */
export const run: RunTextCommand = async (call) => {
  const [folder, name] = call.args;
  if (name === undefined) {
    const incidents = await inLab((lab) => lab.listIncidents());
    const width = Math.max(...incidents.map((it) => it.name.length));
    const lines = incidents.map((it) => `${it.name.padEnd(width)}  ${it.happens}`);
    return { exitCode: exitCode.done, text: () => lines };
  }
  const turn = call.options["off"] ? "off" : "on";
  const happened = await inLab((lab) => lab.incident(folder!, name, turn));
  return { exitCode: exitCode.done, text: () => [happened] };
};

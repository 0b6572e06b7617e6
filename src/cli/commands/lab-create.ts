import { textOption, type RunTextCommand } from "../command/command.ts";
import { given } from "../../core/base/given.ts";
import { exitCode } from "../command/exit-code.ts";
import { inLab } from "../world/lab-world.ts";

/** `sitekeep lab create DIR`: a simulated hierarchy on disk. */
export const run: RunTextCommand = async (call) => {
  const [folder] = call.args;
  const onStep = (text: string) => call.screen.tell(call.screen.paint("dim", `  ${text}`));
  const [seed, written] = [textOption(call, "seed"), textOption(call, "variant")];
  const made = await inLab(async (lab) => {
    const variant = written === undefined ? undefined : await lab.parseVariant(written);
    const order = { folder: folder!, nowMs: Date.now(), ...given({ seed, variant }), onStep };
    return lab.createLab(order);
  });
  const shapes = Object.entries(made).map((pair) => pair.join("="));
  const isChosen = seed !== undefined || written !== undefined;
  const next = `The lab site is in ${folder}. Next: sitekeep lab start ${folder}`;
  return {
    exitCode: exitCode.done,
    text: () => [...(isChosen ? [`Its shapes: --variant ${shapes.join(",")}`] : []), next],
  };
};

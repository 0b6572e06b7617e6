import machine from "../../../schemas/machine.schema.json" with { type: "json" };
import plan from "../../../schemas/plan.schema.json" with { type: "json" };
import policy from "../../../schemas/policy.schema.json" with { type: "json" };
import source from "../../../schemas/source.schema.json" with { type: "json" };
import type { RunTextCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { invalidOption } from "../options/invalid-option.ts";

const schemas: Record<string, object> = { policy, source, machine, plan };

/** `sitekeep schema`: prints a JSON Schema for editors and for other programs. */
export const run: RunTextCommand = async (call) => {
  const name = call.args[0] ?? "policy";
  const schema = schemas[name];
  if (schema === undefined) {
    throw invalidOption(
      "schema",
      `there is none named ${name}`,
      `There are ${Object.keys(schemas).join(", ")}.`,
    );
  }
  return { exitCode: exitCode.done, text: () => [JSON.stringify(schema, undefined, 2)] };
};

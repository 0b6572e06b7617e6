import { mkdir } from "node:fs/promises";
import { textOption, type RunTextCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { invalidOption } from "../options/invalid-option.ts";
import { refuseFile } from "../session/new-file.ts";
import { schemaNames, schemaText, writeSchema } from "../session/schema-files.ts";

/** `sitekeep schema`: a JSON Schema for editors and for other programs, printed or as files in a folder. */
export const run: RunTextCommand = async (call) => {
  const [name] = call.args;
  if (name !== undefined && !schemaNames.includes(name))
    throw invalidOption("schema", `there is none named ${name}`, `There are ${schemaNames.join(", ")}.`);
  const folder = textOption(call, "out");
  if (folder === undefined) return { exitCode: exitCode.done, text: () => [schemaText(name ?? "policy")] };
  await mkdir(folder, { recursive: true }).catch(refuseFile(folder, "Name a folder that you may write to."));
  const written: string[] = [];
  for (const one of name === undefined ? schemaNames : [name]) written.push(await writeSchema(folder, one));
  return { exitCode: exitCode.done, text: () => written.map((file) => `Wrote ${file}.`) };
};

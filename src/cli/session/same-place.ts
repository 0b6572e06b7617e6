import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import type { CommandCall } from "../command/command.ts";
import { labFolder, machineFile, policyFolder } from "./open-session.ts";

/** How this program is started, whoever starts it: by absolute paths, without any folder of programs. */
export function thisProgram(): readonly string[] {
  return [process.execPath, realpathSync(process.argv[1]!)];
}

/** A file or folder that another call of the program is given by an option. */
export interface PlaceOption {
  readonly flag: "--policies" | "--machine" | "--lab";
  readonly path: string;
}

/** The options that lead another call, from any folder and without this one's environment, to the same. */
export function samePlace(call: CommandCall): readonly PlaceOption[] {
  const [lab, machine] = [labFolder(call), machineFile(call)];
  return [
    { flag: "--policies", path: resolve(policyFolder(call, lab)) },
    ...(machine === undefined ? [] : [{ flag: "--machine", path: resolve(machine) } as const]),
    ...(lab === undefined ? [] : [{ flag: "--lab", path: resolve(lab) } as const]),
  ];
}

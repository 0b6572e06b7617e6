import { given } from "../../core/base/given.ts";
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { ProblemError } from "../../core/base/problem.ts";
import { formatDuration } from "../../core/base/instant.ts";
import type { Machine } from "../../core/model/policy/machine.ts";
import { readMachineFile } from "../../core/policy/read-machine-file.ts";
import { openSession, type Session } from "../../engine/session/session.ts";
import { textOption, type CommandCall } from "../command/command.ts";
import { takePolicies } from "./hand-on-policies.ts";
import { labFiles, labUnstarted, labWorld } from "../world/lab-world.ts";
import { realWorld } from "../world/real-world.ts";

/** What most commands begin with. */
export interface Opened {
  readonly session: Session;
  readonly policies: string;
}

/** Runs `work` in a session made from the common options, and closes it whatever happens. */
export async function withSession<T>(call: CommandCall, work: (opened: Opened) => Promise<T>): Promise<T> {
  const lab = labFolder(call);
  const machine = await readMachine(call, lab);
  const policyFiles = await takePolicies();
  const real = realWorld({ machine, ...given({ policyFiles }) });
  const world = lab === undefined ? real : await labWorld(real, lab);
  if (lab !== undefined) tellLabClock(call, world.now() - Date.now(), lab);
  const session = openSession(world, call.signal);
  try {
    return await work({ session, policies: policyFolder(call, lab) });
  } finally {
    await session.close();
    for (const sentence of session.notes.lost) call.screen.remark(sentence);
  }
}

/** The policy folder that the options, the environment or the lab name. */
export function policyFolder(call: CommandCall, lab = labFolder(call)): string {
  const named = textOption(call, "policies") ?? setting("SITEKEEP_POLICIES");
  return named ?? (lab === undefined ? "policies" : labFiles(lab).policies);
}

/** The folder of the lab site that the options or the environment name. */
export function labFolder(call: CommandCall): string | undefined {
  return textOption(call, "lab") ?? setting("SITEKEEP_LAB");
}

/** The machine file that the options or the environment name; else it is the lab's, or the platform's. */
export function machineFile(call: CommandCall): string | undefined {
  return textOption(call, "machine") ?? setting("SITEKEEP_MACHINE");
}

/** A variable of the environment; one that is set to nothing is not set. */
function setting(name: string): string | undefined {
  return process.env[name] || undefined;
}

async function readMachine(call: CommandCall, lab: string | undefined): Promise<Machine> {
  const named = machineFile(call);
  const file = named ?? (lab === undefined ? platformMachineFile() : labFiles(lab).machine);
  const text = await readFile(file, "utf8").catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === "ENOENT" && named === undefined && lab === undefined) return undefined;
    const isAbsent = thrown.code === "ENOENT" || thrown.code === "ENOTDIR";
    const labAbsent = named === undefined && lab !== undefined && isAbsent;
    throw new ProblemError(labAbsent ? labUnstarted(lab) : machineUnreadable(file, thrown), {
      cause: thrown,
    });
  });
  // A site server that uses its paths as they are needs no machine file.
  if (text === undefined) return { identity: hostname(), allow: [], tools: {}, paths: {}, servers: {} };
  const { machine, problems } = readMachineFile({ path: file, text }, hostname());
  if (machine) return machine;
  throw new ProblemError(problems[0]!);
}

function platformMachineFile(): string {
  const programData = process.env["ProgramData"];
  return programData === undefined
    ? "/etc/sitekeep/machine.yaml"
    : join(programData, "sitekeep", "machine.yaml");
}

function machineUnreadable(file: string, fault: Error) {
  return {
    code: "machine-file-unreadable",
    severity: "error",
    message: `The machine file ${file} can't be read: ${fault.message}.`,
    where: file,
    hint: "Check the path of --machine or SITEKEEP_MACHINE, and that this account may read the file.",
  } as const;
}

function tellLabClock(call: CommandCall, offsetMs: number, folder: string): void {
  const clock =
    Math.abs(offsetMs) < 1000 ? "the machine's clock" : `a clock ${formatDuration(offsetMs)} ahead`;
  if (!call.screen.awaitsDocument)
    call.screen.remark(call.screen.paint("dim", `Lab site ${folder}, ${clock}.`));
}

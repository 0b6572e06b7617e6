import { join } from "node:path";
import type * as door from "sitekeep-lab";
import { ProblemError, type Problem } from "../../core/base/problem.ts";
import type { World } from "../../engine/session/world.ts";
import { recordsIn } from "./records.ts";
import { programVersion } from "./version.ts";

// The one file that knows the lab, a package of its own that need not be installed. Nothing of it is loaded
// unless it is asked for.

/** The door of the lab. */
export type Lab = typeof door;
export type { FileDigest, LabStatus } from "sitekeep-lab";

/**
 * Runs something of the lab; what the lab refuses in words becomes a problem. The lab knows nothing of ours.
 * Where it is not installed, that is the problem.
 */
export async function inLab<Result>(work: (lab: Lab) => Result | Promise<Result>): Promise<Result> {
  const lab = await openLab();
  try {
    return await work(lab);
  } catch (thrown) {
    throw asLabProblem(thrown);
  }
}

/**
 * The world as a lab site has it: the lab's clock, and records that go when the lab goes, since another one
 * may be made in its place.
 */
export async function labWorld(world: World, folder: string): Promise<World> {
  const clock = await inLab((lab) => lab.labClock(folder));
  const now = () => {
    try {
      return clock();
    } catch (thrown) {
      throw asLabProblem(thrown);
    }
  };
  return { ...world, now, ...recordsIn(join(folder, "records")) };
}

/** What a lab site has for the options that name files: its own machine file and policies. */
export function labFiles(folder: string): { readonly machine: string; readonly policies: string } {
  return { machine: join(folder, "machine.yaml"), policies: join(folder, "policies") };
}

/** A lab folder without its machine file. */
export function labUnstarted(folder: string): Problem {
  return {
    code: "machine-file-unreadable",
    severity: "error",
    message: `There is no lab site in ${folder} that was ever started.`,
    where: folder,
    hint: `Check the path of --lab; make one with \`sitekeep lab create ${folder}\`, and start it with \`sitekeep lab start ${folder}\`.`,
  };
}

async function openLab(): Promise<Lab> {
  const lab = await import("sitekeep-lab").catch((thrown: unknown) => {
    throw isAbsent(thrown) ? new ProblemError(labMissing(notInstalled), { cause: thrown }) : thrown;
  });
  if (lab.labVersion === programVersion) return lab;
  throw new ProblemError(
    labMissing(`The lab beside this sitekeep ${programVersion} is of version ${lab.labVersion}.`),
  );
}

/** Whether the package itself was not found, and not something that it asks for. */
function isAbsent(thrown: unknown): boolean {
  const { code, message } = thrown as NodeJS.ErrnoException;
  return code === "ERR_MODULE_NOT_FOUND" && message.includes("'sitekeep-lab'");
}

const notInstalled =
  "The lab is a package of its own, sitekeep-lab, and is not installed beside this program.";

function labMissing(message: string): Problem {
  const tarball = `sitekeep-lab-${programVersion}.tgz`;
  return {
    code: "lab-missing",
    severity: "error",
    message,
    where: "sitekeep-lab",
    hint: `Install it where sitekeep is: \`npm install -g ${tarball}\`. Where sitekeep was built, \`npm pack -w sitekeep-lab\` makes that file.`,
  };
}

/**
 * The problem of what the lab refuses, or of a file of it that is missing or not to be used; anything else as
 * it is.
 */
function asLabProblem(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return thrown;
  const { path } = thrown as NodeJS.ErrnoException;
  if (thrown.name !== "LabError" && path === undefined) return thrown;
  return new ProblemError(
    {
      code: "lab-refused",
      severity: "error",
      message: path === undefined ? thrown.message : `The lab's files can't be used: ${thrown.message}.`,
      where: path ?? "lab",
      hint: "`sitekeep lab --help` shows the order of things. A lab that has lost a part is made anew: `sitekeep lab create` in an empty folder.",
    },
    { cause: thrown },
  );
}

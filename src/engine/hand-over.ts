import { given } from "../core/base/given.ts";
import { type Problem, ProblemError } from "../core/base/problem.ts";
import { aboutMachine } from "../core/base/subject.ts";
import { mirrorsRisk } from "../core/lint/hazards/after-backup-mirrors.ts";
import type { HandOver } from "../core/model/hand-over.ts";
import type { ResolvedPolicy } from "../core/model/policy/resolved-policy.ts";
import type { Snapshot } from "../core/model/repository/snapshot.ts";
import { judgeHandOverAlone } from "../core/plan/risks/judge-hand-over.ts";
import { cutPath, joinPath, reachPath, unmapPath } from "../drivers/access/files/windows-path.ts";
import { batchObstacle } from "../drivers/access/formats/batch-file.ts";
import { readHandOverScript, renderHandOver } from "../drivers/parts/task/hand-over-script.ts";
import {
  type BoxBytes,
  handOverFiles,
  handOverPlace,
  type HandOverPlace,
  installHandOver,
  keptScript,
  readHandOver,
  readScripts,
  removeHandOver,
} from "../drivers/parts/task/hand-over.ts";
import { elsewhereOf } from "./look/observe.ts";
import { readSourceSnapshots } from "./repository/source-snapshots.ts";
import type { Session } from "./session/session.ts";

/** What the hand-over's script is to call. */
export interface HandOverOrder {
  /** The source of kind `task-backup`; absent: the policy's only one. */
  readonly source?: string;
  /** How this program is started, by absolute paths: Node and the program. */
  readonly program: readonly string[];
  /** Options that lead it to the same policies and machine file, with the paths that they name. */
  readonly options: readonly { readonly flag: string; readonly path: string }[];
}

/** A hand-over that can be installed, as it is shown before anybody is asked. */
export interface HandOverPlan {
  readonly place: HandOverPlace;
  readonly source: string;
  /** The whole of AfterBackup.bat. */
  readonly text: string;
  /** `install`: there was none of ours; `update`: ours was another; `nothing`: it is there to the byte. */
  readonly does: "install" | "update" | "nothing";
  /** Where the script that is there now will lie, and be called from. */
  readonly keeps?: string;
  readonly risks: readonly Problem[];
  /** Does it, if the scripts are still what they were. */
  apply(): Promise<void>;
}

/** Looks at the task's folder and makes the script. Throws a problem where it can't, or must not, be done. */
export async function planHandOver(
  session: Session,
  policy: ResolvedPolicy,
  order: HandOverOrder,
): Promise<HandOverPlan> {
  requireHere(session, policy);
  const place = placeOf(session, policy);
  const source = sourceOf(policy, order.source);
  const found = await readScripts(place);
  const there = scriptOf(found);
  requireOwn(place, policy, { found, there });
  const theirs = found.kept ?? (there === "theirs" ? found.script : undefined);
  const { code } = policy.site;
  const inBox = (name: string) => joinPath(place.shown, name);
  const kept = theirs && inBox(handOverFiles.kept);
  const onServer = (path: string) => unmapPath(path, session.world.machine.paths);
  const program = order.program.map(onServer);
  const options = order.options.map(({ flag, path }) => [flag, onServer(path)] as const);
  requireWritable(place, [...program, ...options.map(([, path]) => path)]);
  const captures = ["capture", code, source, "--yes", "--after-task"];
  const script = {
    site: code,
    source,
    command: [...program, ...captures, ...options.flat()],
    ...given({ kept }),
    result: inBox(handOverFiles.result),
    halfResult: inBox(handOverFiles.halfResult),
    log: inBox(handOverFiles.log),
    olderLog: inBox(handOverFiles.olderLog),
  };
  const bytes = renderHandOver(script);
  const isThere = found.script?.equals(bytes) === true;
  return {
    place,
    source,
    text: bytes.toString("latin1"),
    does: isThere ? "nothing" : there === "ours" ? "update" : "install",
    ...given({ keeps: kept }),
    risks: [...exposedRisk(place, program), ...mirrorRisk(place, theirs)],
    apply: () => (isThere ? Promise.resolve() : installHandOver(place, { script: bytes, found })),
  };
}

/** What removing the hand-over would do. */
export interface HandOverRemoval {
  readonly place: HandOverPlace;
  /** `nothing`: there is no hand-over. */
  readonly does: "remove" | "give-back" | "nothing";
  apply(): Promise<void>;
}

/** Looks at what is there before it is removed. Refuses to remove what was edited since. */
export async function planHandOverRemoval(
  session: Session,
  policy: ResolvedPolicy,
): Promise<HandOverRemoval> {
  const place = placeOf(session, policy);
  const found = await readScripts(place);
  const there = scriptOf(found);
  if (there === "edited") throw new ProblemError(editedProblem(place, policy, "removed"));
  const isOurs = there === "ours" || (there === "none" && found.kept !== undefined);
  if (!isOurs) return { place, does: "nothing", apply: async () => {} };
  const does = found.kept === undefined ? "remove" : "give-back";
  return { place, does, apply: () => removeHandOver(place, found) };
}

/** The hand-over of a policy's site, as it is now. */
export async function lookAtHandOver(
  session: Session,
  policy: ResolvedPolicy,
): Promise<{ readonly place: HandOverPlace; readonly handOver: HandOver }> {
  const place = placeOf(session, policy);
  return { place, handOver: await readHandOver(place) };
}

/**
 * What is wrong with a hand-over. A later capture of its source may have mended what failed: the repository
 * is looked at for that, and where it is closed the failure stands beside the reason.
 */
export async function judgeHandOverNow(
  session: Session,
  policy: ResolvedPolicy,
  handOver: HandOver,
): Promise<readonly Problem[]> {
  const judged = (snapshots: readonly Snapshot[]) =>
    judgeHandOverAlone(policy, handOver, { now: session.now(), snapshots });
  const alone = judged([]);
  if (alone.length === 0 || handOver.source === undefined) return alone;
  const found = await readSourceSnapshots(session, policy, handOver.source);
  if (found.is === "unknown") return [...alone, { ...found.why, severity: "risk" }];
  return found.is === "known" ? judged(found.value) : alone;
}

function placeOf({ world }: Session, { site }: ResolvedPolicy): HandOverPlace {
  return handOverPlace(site, { localPath: (path, on) => reachPath(path, on, world.machine) });
}

/** The paths of the script are those of the machine that runs it. */
function requireHere(session: Session, policy: ResolvedPolicy): void {
  const elsewhere = elsewhereOf(session, policy);
  if (elsewhere === undefined) return;
  throw new ProblemError({
    code: "policy-applied-elsewhere",
    severity: "error",
    message: `The hand-over is not installed from here: ${elsewhere}.`,
    where: policy.site.code,
    hint: "Run the command there: the script names the program and the policies by their places on the site server.",
  });
}

function scriptOf({ script }: BoxBytes): HandOver["script"] {
  return script === undefined ? "none" : readHandOverScript(script).is;
}

function sourceOf(policy: ResolvedPolicy, asked: string | undefined): string {
  const names = policy.sources.filter(({ kind }) => kind === "task-backup").map(({ name }) => name);
  const [only, ...others] = asked === undefined ? names : names.filter((it) => it === asked);
  if (only !== undefined && others.length === 0) return only;
  const said =
    asked !== undefined
      ? `has no source of kind task-backup by the name ${asked}`
      : names.length === 0
        ? "has no source of kind task-backup: there is nothing to hand over"
        : `has several sources of kind task-backup: ${names.join(", ")}`;
  throw new ProblemError({
    code: "hand-over-without-source",
    severity: "error",
    message: `The policy ${policy.name} ${said}.`,
    where: policy.where,
    hint:
      names.length > 1
        ? "Say which with --source."
        : "Add one under `sources:`, as `task: { kind: task-backup, site: 'E:\\CMBackup' }`.",
  });
}

interface FoundScripts {
  readonly found: BoxBytes;
  readonly there: HandOver["script"];
}

/** A script of somebody else is never overwritten, and none is put in the place of another one. */
function requireOwn(place: HandOverPlace, policy: ResolvedPolicy, { found, there }: FoundScripts): void {
  if (there === "edited") throw new ProblemError(editedProblem(place, policy, "overwritten"));
  // A call that was cut off between two of its steps leaves the same file under both names.
  if (there !== "theirs" || found.kept === undefined || found.kept.equals(found.script!)) return;
  throw new ProblemError({
    code: "hand-over-blocked",
    severity: "error",
    message: `${joinPath(place.shown, handOverFiles.script)} is not sitekeep's, and ${handOverFiles.kept} beside it holds another script already: one of them would be lost.`,
    where: place.where,
    hint: `Make one script of the two under the name AfterBackup.bat, move the other one away, and run \`sitekeep after-backup install ${policy.site.code}\` again.`,
  });
}

function editedProblem(place: HandOverPlace, policy: ResolvedPolicy, done: string): Problem {
  const path = joinPath(place.shown, handOverFiles.script);
  return {
    code: "hand-over-blocked",
    severity: "error",
    message: `${path} was edited after sitekeep wrote it, and is not ${done}.`,
    where: place.where,
    hint: `Put your own lines into ${handOverFiles.kept} beside it, move AfterBackup.bat away, and run \`sitekeep after-backup install ${policy.site.code}\`.`,
    about: aboutMachine({ kind: "file", path }),
  };
}

/** What cmd.exe would read otherwise than it was meant is refused. */
function requireWritable(place: HandOverPlace, paths: readonly string[]): void {
  for (const text of [place.shown, ...paths]) {
    const obstacle = batchObstacle(text) ?? pathObstacle(text, text === place.shown);
    if (obstacle === undefined) continue;
    throw new ProblemError({
      code: "hand-over-path",
      severity: "error",
      message: `${text} ${obstacle}: AfterBackup.bat can't name it for certain.`,
      where: place.where,
      hint: "Run it on the site server. Keep the program, the policies and the machine file in folders whose names are plain ASCII, and name the install folder by its short name (dir /x) where it is not.",
    });
  }
}

/** `call`, by which the kept script is run, reads its words a second time. */
function pathObstacle(text: string, isCalled: boolean): string | undefined {
  if (!/^([A-Z]:\\|\\\\)/.test(cutPath(text)?.root ?? "")) return "is no path of the site server";
  return isCalled && /[%^]/.test(text)
    ? "has a percent sign or a caret, which `call` reads a second time"
    : undefined;
}

/** The task's service is the system itself: whoever can change the program becomes it. */
function exposedRisk(place: HandOverPlace, program: readonly string[]): readonly Problem[] {
  const exposed = program.find((it) => /^[A-Za-z]:\\(Users|Documents and Settings)\\/i.test(it));
  if (exposed === undefined) return [];
  return [
    {
      code: "hand-over-exposed",
      severity: "risk",
      message: `The task's service runs as Local System, and would start ${exposed} from a user's profile: whoever can write there could run anything as the system.`,
      where: place.where,
      hint: 'Install sitekeep where administrators alone can write: npm install -g --prefix "C:\\Program Files\\sitekeep" sitekeep-0.1.0.tgz',
      about: aboutMachine({ kind: "file", path: exposed }),
    },
  ];
}

function mirrorRisk(place: HandOverPlace, theirs: Buffer | undefined): readonly Problem[] {
  if (theirs === undefined || !keptScript(theirs).mirrors) return [];
  return [mirrorsRisk(place.where, handOverFiles.kept)];
}

import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { formatBytes } from "../../core/base/bytes.ts";
import { ProblemError, type Problem } from "../../core/base/problem.ts";
import type { Snapshot } from "../../core/model/repository/snapshot.ts";
import type { DatabaseAddress } from "../../core/model/policy/source.ts";
import { countWords } from "../../core/report/words/count-words.ts";
import { findPath } from "../../engine/repository/find-path.ts";
import {
  chainOf,
  findSnapshot,
  giveBackDatabase,
  type GiveBackOrder,
} from "../../engine/repository/restore.ts";
import { makeFolders } from "../../store/backends/make-folders.ts";
import type { RestoreReport } from "../../store/repository.ts";
import { confirm } from "../screen/ask.ts";
import { textOption, type CommandCall, type RunCommand } from "../command/command.ts";
import { exitCode, type UsualCode } from "../command/exit-code.ts";
import { cancelled, type DocumentResult, type Words } from "../command/result.ts";
import { invalidOption } from "../options/invalid-option.ts";
import { makeProgressLine } from "../screen/progress-line.ts";
import { withRepository, type WithRepository } from "../session/with-repository.ts";

type RestoreResult = DocumentResult<UsualCode | typeof exitCode.someFailed>;

const apiVersion = "sitekeep/restored/v1";

/** `sitekeep restore`: files into a folder, or a database to a SQL Server. */
export const run: RunCommand<typeof exitCode.someFailed> = (call) =>
  withRepository(call, async (given) => {
    const { snapshots, unreadable } = await given.repository.snapshots();
    const snapshot = findSnapshot(snapshots, call.args[0]!, unreadable);
    const database = textOption(call, "database");
    if (database !== undefined) return restoreDatabase(call, given, { snapshots, snapshot, database });
    const paths: string[] = [];
    for (const typed of call.args.slice(1)) paths.push(await findPath(given.repository, snapshot, typed));
    const wanted = { snapshot, paths };
    return call.options["dryRun"] ? showFiles(call, given, wanted) : restoreFiles(call, given, wanted);
  });

/** What is to be given back. */
interface WantedFiles {
  readonly snapshot: Snapshot;
  /** Paths as the snapshot has them; none: all of it. */
  readonly paths: readonly string[];
}

async function restoreFiles(
  call: CommandCall,
  { session, repository }: WithRepository,
  { snapshot, paths }: WantedFiles,
): Promise<RestoreResult> {
  const to = textOption(call, "to");
  if (to === undefined) throw new ProblemError(noTarget);
  await requireFolder(to);
  const progress = makeProgressLine(call, session.now);
  const overwrite = call.options["overwrite"] === true;
  const { signal } = session;
  const report = await repository
    .restore(snapshot.id, { to: resolve(to), paths, overwrite, signal, onProgress: progress.show })
    .finally(progress.end);
  const what = `of ${name(snapshot)} restored to ${to}`;
  return {
    exitCode: report.refused.length > 0 ? exitCode.someFailed : exitCode.done,
    document: () => ({ apiVersion, snapshot: snapshot.id, to, ...report }),
    text: () => restoredWords(report, what, overwrite),
  };
}

/** The place may be absent, and is made then; a file in its place is a slip of the pen. */
async function requireFolder(to: string): Promise<void> {
  const found = await stat(to).catch(() => undefined);
  if (found?.isDirectory()) return;
  if (found)
    throw invalidOption("--to", `${to} is a file`, "Name a folder; it is made when it is not there.");
  await makeFolders(resolve(to)).catch((thrown: Error) => {
    throw new ProblemError(placeUnusable(to, thrown), { cause: thrown });
  });
}

function placeUnusable(to: string, fault: Error): Problem {
  return {
    code: "restore-place-unusable",
    severity: "error",
    message: `The folder ${to} can't be made: ${fault.message}. Nothing was restored.`,
    where: "--to",
    hint: "Name a folder on a disk that this account can write to.",
  };
}

function restoredWords({ files, bytes, refused }: RestoreReport, what: string, overwrite: boolean): Words {
  const compared = files > 0 ? ", each compared with its digest" : "";
  const done = `${countWords(files, "file")}, ${formatBytes(bytes)} ${what}${compared}.`;
  if (refused.length === 0) return [done];
  const hint = overwrite ? "" : " Choose an empty folder, or replace what is there with --overwrite.";
  return [
    ...refused.map(({ path, reason }) => ({ remark: `not restored: ${path}: ${reason}` })),
    done,
    { remark: `${countWords(refused.length, "entry", "entries")} not restored.${hint}` },
  ];
}

async function showFiles(
  call: CommandCall,
  { repository }: WithRepository,
  { snapshot, paths }: WantedFiles,
): Promise<RestoreResult> {
  let files = 0;
  let bytes = 0;
  for (const path of paths.length > 0 ? paths : [undefined]) {
    for await (const entry of repository.tree(snapshot.id, path)) {
      if (entry.type !== "file") continue;
      files += 1;
      bytes += entry.size;
      call.screen.tell(`${formatBytes(entry.size).padStart(9)}  ${entry.path}`);
    }
  }
  const size = `${countWords(files, "file")}, ${formatBytes(bytes)}`;
  return {
    exitCode: exitCode.done,
    document: () => ({ apiVersion, dryRun: true, snapshot: snapshot.id, files, bytes }),
    text: () => [`Would restore ${size} of ${name(snapshot)}.`],
  };
}

interface DatabaseOrder {
  readonly snapshots: readonly Snapshot[];
  readonly snapshot: Snapshot;
  readonly database: string;
}

async function restoreDatabase(
  call: CommandCall,
  given: WithRepository,
  order: DatabaseOrder,
): Promise<RestoreResult> {
  const policy = given.policies.find((it) => it.site.code === order.snapshot.site);
  if (policy === undefined) throw new ProblemError(noPolicyFor(order.snapshot));
  const chain = chainOf(order.snapshots, order.snapshot);
  const database: DatabaseAddress = {
    ...policy.site.database,
    name: order.database,
    server: textOption(call, "server") ?? policy.site.database.server,
  };
  const staging = stagingIn(call);
  const question = `Restore ${name(order.snapshot)} as ${database.name} on ${database.server}?`;
  const steps = chain.map(name);
  if (call.options["dryRun"])
    return {
      exitCode: exitCode.done,
      document: () => ({ apiVersion, dryRun: true, database: placeOf(database), steps }),
      text: () => [`Would restore ${steps.join(", then ")} as ${database.name} on ${database.server}.`],
    };
  if (!(await confirm(call, question)))
    return cancelled({ apiVersion, database: placeOf(database), steps: [], result: "cancelled" });
  return performRestore(call, given, { policy, chain, database, ...staging });
}

/** The folder that the target's server is to read from, under the names that the operator gives. */
function stagingIn(call: CommandCall): Pick<GiveBackOrder, "staging"> {
  const [sql, read] = [textOption(call, "staging"), textOption(call, "stagingRead")];
  if (sql === undefined && read !== undefined)
    throw invalidOption(
      "--staging-read",
      "it has no --staging",
      "Name the folder as SQL Server sees it, too.",
    );
  return sql === undefined ? {} : { staging: { sql, ...(read !== undefined && { read }) } };
}

/** The policy's address says where the password is kept; who asks for JSON needs the place alone. */
function placeOf({ server, name }: DatabaseAddress): { readonly server: string; readonly name: string } {
  return { server, name };
}

async function performRestore(
  call: CommandCall,
  { session, repository }: WithRepository,
  order: Pick<GiveBackOrder, "policy" | "chain" | "database" | "staging">,
): Promise<RestoreResult> {
  const progress = makeProgressLine(call, session.now);
  const replace = call.options["replace"] === true;
  const { steps } = await giveBackDatabase(session, repository, {
    ...order,
    replace,
    report: progress.say,
  }).finally(progress.end);
  return {
    exitCode: exitCode.done,
    document: () => ({ apiVersion, database: placeOf(order.database), steps }),
    text: () => steps,
  };
}

function name(snapshot: Snapshot): string {
  return `${snapshot.site}/${snapshot.source} (${snapshot.id})`;
}

const noTarget: Problem = {
  code: "option-invalid",
  severity: "error",
  message: "Nothing says where the files are to go.",
  where: "--to",
  hint: "Add --to DIR, or --database NAME for a database, or --dry-run to see what there is.",
};

function noPolicyFor(snapshot: Snapshot): Problem {
  return {
    code: "no-policy",
    severity: "error",
    message: `No policy tells how to reach the SQL Server of ${snapshot.site}.`,
    where: snapshot.site,
    hint: "Restore the .bak file with --to DIR and let SQL Server restore it from there.",
  };
}

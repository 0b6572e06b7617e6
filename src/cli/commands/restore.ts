import { resolve } from "node:path";
import { formatBytes } from "../../core/base/bytes.ts";
import { ProblemError, type Problem } from "../../core/base/problem.ts";
import type { Snapshot } from "../../core/model/snapshot.ts";
import type { DatabaseAddress } from "../../core/model/source.ts";
import { chainOf, findSnapshot, giveBackDatabase } from "../../engine/restore.ts";
import { confirm } from "../ask.ts";
import { textOption, type CommandCall, type RunCommand } from "../command.ts";
import { exitCode, type ExitCode } from "../exit-code.ts";
import { makeProgressLine } from "../progress-line.ts";
import { withRepository, type WithRepository } from "../with-repository.ts";

/** `sitekeep restore`: files into a folder, or a database to a SQL Server. */
export const run: RunCommand = (call) =>
  withRepository(call, async (given) => {
    const { snapshots } = await given.repository.snapshots();
    const snapshot = findSnapshot(snapshots, call.args[0]!);
    const database = textOption(call, "database");
    if (database !== undefined) return restoreDatabase(call, given, { snapshots, snapshot, database });
    return call.options["dryRun"] ? showFiles(call, given, snapshot) : restoreFiles(call, given, snapshot);
  });

async function restoreFiles(
  call: CommandCall,
  { session, repository }: WithRepository,
  snapshot: Snapshot,
): Promise<ExitCode> {
  const to = textOption(call, "to");
  if (to === undefined) throw new ProblemError(noTarget);
  const progress = makeProgressLine(call, session.now);
  const overwrite = call.options["overwrite"] === true;
  const paths = call.args.slice(1);
  const { signal } = session;
  const report = await repository.restore(snapshot.id, {
    to: resolve(to),
    paths,
    overwrite,
    signal,
    onProgress: progress.show,
  });
  progress.end();
  if (call.options["json"])
    call.screen.out(
      JSON.stringify({ apiVersion: "sitekeep/restored/v1", snapshot: snapshot.id, to, ...report }),
    );
  else {
    for (const { path, reason } of report.refused) call.screen.err(`not restored: ${path}: ${reason}`);
    call.screen.out(
      `${report.files} files, ${formatBytes(report.bytes)} of ${name(snapshot)} are in ${to}, each compared with its digest.`,
    );
  }
  return report.refused.length > 0 ? exitCode.someFailed : exitCode.done;
}

async function showFiles(
  call: CommandCall,
  { repository }: WithRepository,
  snapshot: Snapshot,
): Promise<ExitCode> {
  let files = 0;
  let bytes = 0;
  for (const path of call.args.length > 1 ? call.args.slice(1) : [undefined]) {
    for await (const entry of repository.tree(snapshot.id, path)) {
      if (entry.type !== "file") continue;
      files += 1;
      bytes += entry.size;
      call.screen.out(`${formatBytes(entry.size).padStart(9)}  ${entry.path}`);
    }
  }
  call.screen.out(`Would restore ${files} files, ${formatBytes(bytes)} of ${name(snapshot)}.`);
  return exitCode.done;
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
): Promise<ExitCode> {
  const { session, repository } = given;
  const policy = given.policies.find((it) => it.site.code === order.snapshot.site);
  if (policy === undefined) throw new ProblemError(noPolicyFor(order.snapshot));
  const chain = chainOf(order.snapshots, order.snapshot);
  const database: DatabaseAddress = {
    ...policy.site.database,
    name: order.database,
    server: textOption(call, "server") ?? policy.site.database.server,
  };
  const question = `Restore ${name(order.snapshot)} as ${database.name} on ${database.server}?`;
  if (call.options["dryRun"]) {
    call.screen.out(
      `Would restore ${chain.map(name).join(", then ")} as ${database.name} on ${database.server}.`,
    );
    return exitCode.done;
  }
  if (!(await confirm(call, question))) return exitCode.done;
  const progress = makeProgressLine(call, session.now);
  const replace = call.options["replace"] === true;
  const { steps } = await giveBackDatabase(session, repository, {
    policy,
    chain,
    database,
    replace,
    report: progress.say,
  });
  progress.end();
  if (call.options["json"])
    call.screen.out(JSON.stringify({ apiVersion: "sitekeep/restored/v1", database, steps }));
  else for (const step of steps) call.screen.out(step);
  return exitCode.done;
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

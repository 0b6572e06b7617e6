import { given } from "../../core/base/given.ts";
import { join } from "node:path";
import { formatBytes } from "../../core/base/bytes.ts";
import { isSameHost } from "../../core/base/host-name.ts";
import { ProblemError, type Problem } from "../../core/base/problem.ts";
import { aboutMachine } from "../../core/base/subject.ts";
import type { ResolvedPolicy } from "../../core/model/policy/resolved-policy.ts";
import type { Snapshot } from "../../core/model/repository/snapshot.ts";
import type { DatabaseAddress, Source, Staging } from "../../core/model/policy/source.ts";
import { parseServerName } from "../../core/base/server-name.ts";
import type { Driver, GivenBack, Means, TargetStaging } from "../../drivers/driver.ts";
import type { Repository, RestoreReport } from "../../store/repository.ts";
import { makeMeans } from "../session/means.ts";
import type { Session } from "../session/session.ts";

/**
 * Finds the snapshot that an operator means: an id or its unique beginning, or `SITE/source`, the newest of a
 * source, with `~1` for the one before it. `unreadable` are names of manifests that can't be read, and may be
 * of any source: where one is newer, nobody knows which is the newest, and a problem says so.
 */
export function findSnapshot(
  snapshots: readonly Snapshot[],
  reference: string,
  unreadable: readonly string[] = [],
): Snapshot {
  if (reference.trim() === "") throw new ProblemError(nothingNamed);
  const [, site, source, back] = /^([^/]+)\/([^~]+)(?:~(\d+))?$/.exec(reference) ?? [];
  if (site !== undefined) {
    const series = snapshots.filter((it) => it.site === site.toUpperCase() && it.source === source);
    const found = series.at(-1 - Number(back ?? 0));
    const newer = unreadable.filter((name) => found === undefined || idOf(name) > found.id);
    if (newer.length > 0) throw new ProblemError(newestUnknown(reference, newer, found));
    if (found) return found;
    throw new ProblemError(notFound(reference, sourcesOf(snapshots)));
  }
  const matches = snapshots.filter((it) => it.id.startsWith(reference));
  if (matches.length === 1) return matches[0]!;
  if (matches.length > 1) throw new ProblemError(ambiguous(reference, matches.length));
  throw new ProblemError(notFound(reference, nearestOf(snapshots, reference) ?? sourcesOf(snapshots)));
}

/** A snapshot with everything it is laid on, in the order of restoring: the full first. */
export function chainOf(snapshots: readonly Snapshot[], last: Snapshot): readonly Snapshot[] {
  if (last.base === undefined) return [last];
  const base = snapshots.find((it) => it.id === last.base);
  if (base === undefined) throw new ProblemError(chainBroken(last));
  return [...chainOf(snapshots, base), last];
}

/** A chain of snapshots, and the database that is to be restored from it. */
export interface GiveBackOrder {
  readonly policy: ResolvedPolicy;
  readonly chain: readonly Snapshot[];
  readonly database: DatabaseAddress;
  /** Where its server reads backups. Absent: as at the capture, or the server's own folder for backups. */
  readonly staging?: TargetStaging;
  readonly replace: boolean;
  readonly report: Means["report"];
}

/** Restores a database: its files into a temporary folder, from there through the server's staging folder. */
export async function giveBackDatabase(
  session: Session,
  repository: Repository,
  order: GiveBackOrder,
): Promise<GivenBack> {
  const { source, giveBack, staging } = requireDatabaseSource(session, order);
  const { means, dispose } = makeMeans(session.world, session.redactor, {
    signal: session.signal,
    report: order.report,
  });
  try {
    const root = await means.temporaryFolder();
    await requireTemporaryRoom(session, order.chain, root);
    const folders: string[] = [];
    for (const snapshot of order.chain) {
      const folder = join(root, snapshot.id);
      requireWhole(
        await repository.restore(snapshot.id, {
          to: folder,
          paths: [],
          overwrite: false,
          signal: session.signal,
        }),
        snapshot,
      );
      folders.push(folder);
    }
    const target = { database: order.database, ...given({ staging }) };
    return await giveBack({ source, folders, snapshots: order.chain, target, replace: order.replace }, means);
  } finally {
    await dispose();
  }
}

interface DatabaseSource {
  readonly source: Source;
  readonly giveBack: NonNullable<Driver["giveBack"]>;
  /** Absent: SQL Server's own folder for backups. */
  readonly staging?: TargetStaging;
}

function requireDatabaseSource(
  { world }: Session,
  { policy, chain, database, staging: named }: GiveBackOrder,
): DatabaseSource {
  const snapshot = chain.at(-1)!;
  const source = policy.sources.find((it) => it.name === snapshot.source && it.kind === snapshot.kind);
  if (source === undefined) throw new ProblemError(sourceGone(snapshot, policy));
  const { giveBack } = world.driverOf(source.kind);
  if (!giveBack) throw new ProblemError(notADatabase(snapshot));
  if (named !== undefined) return { source, giveBack, staging: named };
  const staging = "staging" in source ? source.staging : undefined;
  const isReached = staging !== undefined && canReach(staging, source, database);
  return { source, giveBack, ...(isReached && { staging }) };
}

/** A folder on a drive of the source's server is no folder of another one. A share is. */
function canReach(staging: Staging, source: Source, { server }: DatabaseAddress): boolean {
  if (staging.sql.startsWith("\\\\")) return true;
  const own = "databases" in source ? source.databases : "database" in source ? [source.database] : [];
  const { host } = parseServerName(server);
  return own.some((it) => typeof it === "object" && isSameHost(parseServerName(it.server).host, host));
}

/** The backups lie in a folder of this machine before they go to that of SQL Server. */
async function requireTemporaryRoom(
  { world }: Session,
  chain: readonly Snapshot[],
  folder: string,
): Promise<void> {
  const bytes = chain.reduce((sum, it) => sum + it.bytes, 0);
  const space = await world.volumeSpace(folder).catch(() => undefined);
  if (space === undefined || space.freeBytes >= bytes) return;
  throw new ProblemError({
    code: "disk-full",
    severity: "error",
    message: `The backups to restore take ${formatBytes(bytes)}, and ${formatBytes(space.freeBytes)} are free for ${folder} of this machine. Nothing was copied.`,
    where: folder,
    hint: "Free space there, or set TEMP to a folder of a larger disk.",
    about: aboutMachine({ kind: "file", path: folder }),
  });
}

function requireWhole(report: RestoreReport, snapshot: Snapshot): void {
  const [first] = report.refused;
  if (!first) return;
  throw new ProblemError({
    code: "snapshot-damaged",
    severity: "error",
    message: `${first.path} of ${snapshot.id} can't be restored: ${first.reason}.`,
    where: `${snapshot.site}/${snapshot.source}`,
    hint: "Choose an older snapshot: `sitekeep snapshots list` shows them with their proofs.",
  });
}

const nothingNamed: Problem = {
  code: "option-invalid",
  severity: "error",
  message: "The name of the snapshot is empty.",
  where: "snapshot",
  hint: "Name it by its id, by the beginning of it, or as SITE/source for the newest of a source.",
};

function sourcesOf(snapshots: readonly Snapshot[]): string {
  const names = [...new Set(snapshots.map((it) => `${it.site}/${it.source}`))];
  return names.length === 0
    ? "The repository holds no snapshot yet."
    : `There are snapshots of ${names.join(", ")}.`;
}

/** The id that begins most like what was typed, where that can be no chance: ids of one time begin alike. */
function nearestOf(snapshots: readonly Snapshot[], reference: string): string | undefined {
  // Where more was typed than the id has, all of it is alike.
  const shared = (id: string) => [...id, ""].findIndex((letter, at) => letter !== reference[at]);
  const nearest = snapshots.reduce<Snapshot | undefined>(
    (best, it) => (best === undefined || shared(it.id) > shared(best.id) ? it : best),
    undefined,
  );
  if (nearest === undefined || shared(nearest.id) < nearestLettersMin) return undefined;
  return `The nearest is ${nearest.id}, of ${nearest.site}/${nearest.source}.`;
}

const nearestLettersMin = 4;

/** The id that a manifest's name states: ids begin with their time. */
function idOf(manifest: string): string {
  return manifest.slice(manifest.lastIndexOf("/") + 1);
}

function newestUnknown(reference: string, newer: readonly string[], found: Snapshot | undefined): Problem {
  const which = found === undefined ? "" : `, or restore the one before it by its id, ${found.id}`;
  return {
    ...unreadableSnapshots(newer, reference),
    hint: `See what is hurt with \`sitekeep repo check\`, and let \`sitekeep repo repair\` take it away${which}.`,
  };
}

/** Manifests can't be read, and may be of any source. */
export function unreadableSnapshots(names: readonly string[], where: string): Problem {
  const more = names.length > 1 ? ` and ${names.length - 1} more` : "";
  return {
    code: "snapshot-unreadable",
    severity: "error",
    message: `${names[0]}${more} can't be read, and may be the newest snapshot of any source.`,
    where,
    hint: "See what is hurt with `sitekeep repo check`, and put it in order with `sitekeep repo repair`.",
  };
}

function notFound(reference: string, hint: string): Problem {
  const message = `There is no snapshot ${reference}.`;
  return { code: "snapshot-not-found", severity: "error", message, where: reference, hint };
}

function ambiguous(reference: string, count: number): Problem {
  const message = `${reference} is the beginning of ${count} snapshot ids.`;
  return {
    code: "snapshot-not-found",
    severity: "error",
    message,
    where: reference,
    hint: "Type more letters of the id, or name it as SITE/source: `sitekeep snapshots list` shows both.",
  };
}

function chainBroken(snapshot: Snapshot): Problem {
  return {
    code: "chain-broken",
    severity: "error",
    message: `${snapshot.id} is laid on ${snapshot.base}, which is not in the repository.`,
    where: `${snapshot.site}/${snapshot.source}`,
    hint: "Restore a full snapshot instead: `sitekeep snapshots list` shows them.",
  };
}

function notADatabase(snapshot: Snapshot): Problem {
  return {
    code: "not-a-database",
    severity: "error",
    message: `${snapshot.site}/${snapshot.source} can't be restored to a SQL Server: ${snapshot.kind} is no database.`,
    where: `${snapshot.site}/${snapshot.source}`,
    hint: "Restore its files with --to DIR.",
  };
}

/** How a database is reached stands in the policy, and nowhere else. */
function sourceGone(snapshot: Snapshot, policy: ResolvedPolicy): Problem {
  const name = `${snapshot.site}/${snapshot.source}`;
  return {
    code: "source-not-in-policy",
    severity: "error",
    message: `${policy.where} has no ${snapshot.kind} called ${snapshot.source} any more, so nothing says how to give ${name} back.`,
    where: name,
    hint: "Put the source back into the policy, or restore its files with --to DIR and the backup by hand.",
  };
}

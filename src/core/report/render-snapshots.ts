import { formatBytes } from "../base/bytes.ts";
import { formatDuration, formatMinute } from "../base/instant.ts";
import type { Instant } from "../base/instant.ts";
import type { Json } from "../base/json.ts";
import type { Hold } from "../model/repository/hold.ts";
import type { PointVerdict } from "../model/point-verdict.ts";
import type { RetentionVerdict } from "../model/retention-verdict.ts";
import type { Outlook } from "../model/outlook.ts";
import { isVerified } from "../model/repository/snapshot.ts";
import type { Snapshot } from "../model/repository/snapshot.ts";
import { countWords } from "./words/count-words.ts";
import { holdWords } from "./render-holds.ts";
import { outlookWords } from "./words/outlook-words.ts";
import { noPaint } from "./words/paint.ts";
import type { Paint } from "./words/paint.ts";
import { pointRows, verdictWords } from "./words/point-words.ts";
import { profileRows } from "./words/profile-words.ts";
import { keepWords } from "./words/reason-words.ts";
import { renderTable } from "./words/table.ts";

/** Lists snapshots by recovery point, newest point first. Ends with a line feed. */
export function renderSnapshotList(
  snapshots: readonly Snapshot[],
  paint: Paint = noPaint,
  heldBy: (point: { readonly site: string; readonly due: Instant }) => readonly Hold[] = () => [],
  verdicts: readonly PointVerdict[] = [],
): string {
  if (snapshots.length === 0) return "There are no snapshots.\n";
  return renderTable(
    [
      { title: "POINT", cell: ({ heading }) => heading },
      { title: "SNAPSHOT", cell: ({ snapshot }) => snapshot.id, paint: (text) => paint("dim", text) },
      { title: "SOURCE", cell: ({ snapshot }) => snapshot.source },
      { title: "MODE", cell: ({ snapshot }) => snapshot.mode },
      { title: "AS OF", cell: ({ snapshot }) => formatMinute(snapshot.asOf) },
      { title: "FILES", align: "right", cell: ({ snapshot }) => String(snapshot.files) },
      { title: "SIZE", align: "right", cell: ({ snapshot }) => formatBytes(snapshot.bytes) },
      { title: "NEW", align: "right", cell: ({ snapshot }) => formatBytes(snapshot.addedBytes) },
      {
        title: "PROOF",
        cell: ({ snapshot }) => proofWords(snapshot),
        paint: (text, { snapshot }) => paint(isVerified(snapshot) ? "good" : "warn", text),
      },
    ],
    rowsOf(snapshots, (of) => ({
      isHeld: heldBy({ site: of.site, due: of.point }).length > 0,
      verdict: verdicts.find((it) => it.site === of.site && it.policy === of.policy && it.due === of.point),
    })),
  )
    .map((line) => `${line}\n`)
    .join("");
}

interface Row {
  readonly snapshot: Snapshot;
  /** The point's name on its first row, nothing on the others. */
  readonly heading: string;
}

interface Told {
  readonly isHeld: boolean;
  readonly verdict: PointVerdict | undefined;
}

function rowsOf(snapshots: readonly Snapshot[], told: (of: Snapshot) => Told): readonly Row[] {
  // Two points may be of one minute, when somebody asked for both.
  const points = Map.groupBy(snapshots, (it) => `${it.site} ${it.point}`);
  return [...points.values()]
    .sort(([left], [right]) => right!.point - left!.point || (left!.site < right!.site ? -1 : 1))
    .flatMap((members) =>
      members
        // By their sources: which of two began first is chance, and a list is read beside yesterday's.
        .toSorted((left, right) =>
          left.source === right.source
            ? left.startedAt - right.startedAt
            : left.source < right.source
              ? -1
              : 1,
        )
        .map((snapshot, at) => ({
          snapshot,
          heading: at === 0 ? headingOf(members, told(snapshot)) : "",
        })),
    );
}

function headingOf(members: readonly Snapshot[], { isHeld, verdict }: Told): string {
  const { site, point } = members[0]!;
  const words = [...lackWords(members), ...(verdict ? verdictWords(verdict) : [])];
  const quality = words.length === 0 ? "" : ` (${words.join(", ")})`;
  return `${site} ${formatMinute(point)}${isHeld ? " held" : ""}${quality}`;
}

/** What the point's own snapshots say that it should hold and does not. */
function lackWords(members: readonly Snapshot[]): readonly string[] {
  const held = new Set(members.map((it) => it.source));
  const needed = new Set(members.flatMap((it) => it.pointSources ?? []));
  const lacks = [...needed.difference(held)];
  return lacks.length === 0 ? [] : [`lacks ${lacks.length} of ${needed.size}`];
}

/** The newest proof that looked at the bytes; that they were written is told only where there is no other. */
function proofWords({ proofs }: Snapshot): string {
  const sorted = proofs.toSorted((left, right) => left.at - right.at);
  const newest = sorted.findLast((proof) => proof.level !== "written") ?? sorted.at(-1);
  if (newest === undefined) return "none";
  return `${newest.level} ${newest.result.replace("-", " ")} ${formatMinute(newest.at).slice(0, 10)}`;
}

/** Shows all that is known of one snapshot. Ends with a line feed. */
export function renderSnapshot(
  snapshot: Snapshot,
  paint: Paint = noPaint,
  holds: readonly Hold[] = [],
  verdict?: PointVerdict,
): string {
  const rows: readonly (readonly [string, string])[] = [
    ["Snapshot", snapshot.id],
    ["Source", `${snapshot.site}/${snapshot.source} (${snapshot.kind}, ${snapshot.mode})`],
    ["Policy", snapshot.policy],
    ["Point", formatMinute(snapshot.point)],
    ...(verdict ? pointRows(verdict) : []),
    ...holds.map((it) => ["Held", holdWords(it)] as const),
    ["As of", formatMinute(snapshot.asOf)],
    [
      "Captured",
      `${formatMinute(snapshot.startedAt)}, in ${formatDuration(snapshot.finishedAt - snapshot.startedAt)}`,
    ],
    ...(snapshot.base === undefined ? [] : [["Laid on", snapshot.base] as const]),
    [
      "Content",
      `${countWords(snapshot.files, "file")}, ${formatBytes(snapshot.bytes)}, ${formatBytes(snapshot.addedBytes)} new`,
    ],
    ...snapshot.proofs.map(
      (it) => ["Proof", `${formatMinute(it.at)} ${it.level}: ${it.result}. ${it.note}`] as const,
    ),
    ...Object.entries(snapshot.facts).flatMap(([name, value]) => factRows(name, value)),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value]) => `${paint("dim", name.padEnd(width))}  ${value}`);
  const problems = snapshot.problems.map(
    (problem) => `${paint("warn", "!")} ${problem.where} ${problem.message}`,
  );
  return [...lines, ...problems].map((line) => `${line}\n`).join("");
}

function factRows(name: string, value: Json): readonly (readonly [string, string])[] {
  const profile = name === "profile" ? profileRows(value) : [];
  if (profile.length > 0) return profile;
  return [[name, typeof value === "string" ? value : JSON.stringify(value)]];
}

/** A point with what retention says of it, and how long it stays where that was foreseen. */
export interface ForeseenVerdict extends RetentionVerdict {
  readonly outlook?: Outlook;
}

/** Says of each point whether it stays, why, and until when. Ends with a line feed. */
export function renderRetention(verdicts: readonly ForeseenVerdict[], paint: Paint = noPaint): string {
  return verdicts
    .flatMap((verdict) => verdictLines(verdict, paint))
    .map((line) => `${line}\n`)
    .join("");
}

function verdictLines(
  { due, keep, reasons, fallen, outlook }: ForeseenVerdict,
  paint: Paint,
): readonly string[] {
  const head = `${keep ? paint("good", "keep  ") : paint("bad", "forget")} ${formatMinute(due)}`;
  const words = keep ? reasons.map(keepWords) : fallen;
  const line = `${head}  ${words.join("; ")}`;
  return outlook === undefined ? [line] : [line, paint("dim", `       ${outlookWords(outlook)}`)];
}

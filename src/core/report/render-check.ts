import { formatBytes } from "../base/bytes.ts";
import { day } from "../base/instant.ts";
import { type Coverage, coverageMs } from "../model/repository/coverage.ts";
import type { Damage, HurtSnapshot, RepositoryCheck } from "../model/repository/repository-check.ts";
import { countWords } from "./words/count-words.ts";
import { noPaint, type Paint } from "./words/paint.ts";

/** More strangers are in the JSON document. */
const strangersShownMax = 5;
/** More paths of a snapshot are in the JSON document. */
const pathsShownMax = 10;

/** Shows what a look at a repository found: damage, what it hurts, what to do. Ends with a line feed. */
export function renderCheck(check: RepositoryCheck, paint: Paint = noPaint): string {
  const lines = [...lookedAt(check), ...strays(check)];
  if (check.damage.length === 0 && check.hurt.length === 0)
    return linesOf([...lines, "", paint("good", "No damage was found.")]);
  const damaged = check.damage.map((it) => damageLine(it, paint));
  const parts = [lines, damaged, renderHurt(check.hurt, paint), cures(check)];
  return linesOf(
    parts.filter(({ length }) => length > 0).flatMap((part, at) => (at > 0 ? ["", ...part] : part)),
  );
}

/** `100 % of 1.2 GiB`: what was read and proven of late. */
export function coverageWords({ packBytes, provenBytes }: Coverage): string {
  const perCent = packBytes === 0 ? 100 : Math.floor((provenBytes / packBytes) * 100);
  return `${perCent} % of ${formatBytes(packBytes)} proven within ${coverageMs / day} days`;
}

/** What can't be given back, by snapshot and path. */
export function renderHurt(hurt: readonly HurtSnapshot[], paint: Paint): readonly string[] {
  if (hurt.length === 0) return ["No snapshot is hurt: every file of each can be given back."];
  return hurt.flatMap(({ snapshot, site, source, files, paths }) => {
    const rest = files - Math.min(paths.length, pathsShownMax);
    const what = paths.length === 0 ? "nothing of it can be listed" : countWords(files, "file");
    return [
      `${paint("bad", "Hurt")}  ${site}/${source}  ${snapshot}  ${what}`,
      ...paths.slice(0, pathsShownMax).map((path) => `      ${path}`),
      ...(paths.length > 0 && rest > 0 ? [`      … and ${rest} more`] : []),
    ];
  });
}

function lookedAt({ snapshots, objects, packs, read, coverage }: RepositoryCheck): readonly string[] {
  const reading =
    read.files === 0
      ? "no content was read"
      : `${countWords(read.files, "pack")} read whole (${formatBytes(read.bytes)})`;
  return [
    `Looked at ${countWords(snapshots, "snapshot")}, ${countWords(objects, "object")} and ${countWords(packs.files, "pack")} (${formatBytes(packs.bytes)}); ${reading}.`,
    `Coverage: ${coverageWords(coverage)}.`,
  ];
}

function strays({ putAside, setAside, unindexed, strangers }: RepositoryCheck): readonly string[] {
  const lines: string[] = [];
  if (putAside.files > 0)
    lines.push(
      `${countWords(putAside.files, "pack")} (${formatBytes(putAside.bytes)}) that snapshots need, put aside by a prune: nothing is lost, and the next prune or a repair stores anew what is needed.`,
    );
  if (unindexed.files > 0)
    lines.push(
      `${countWords(unindexed.files, "pack")} (${formatBytes(unindexed.bytes)}) in no index: of a capture that died or runs, or of an index that is lost.`,
    );
  if (setAside.files > 0)
    lines.push(
      `${countWords(setAside.files, "pack")} (${formatBytes(setAside.bytes)}) given up by a repair: nothing rests on them.`,
    );
  if (strangers.length > 0)
    lines.push(
      `${countWords(strangers.length, "name")} of something else, passed over and nobody's here to take away: ${namesOf(strangers)}.`,
    );
  return lines;
}

function namesOf(strangers: readonly string[]): string {
  const more = strangers.length - strangersShownMax;
  const shown = strangers.slice(0, strangersShownMax).join(", ");
  return more > 0 ? `${shown} and ${more} more` : shown;
}

export function damageLine({ object, is, what }: Damage, paint: Paint): string {
  return `${paint("bad", is.replace("-", " ").padEnd(10))}  ${object}: ${what}`;
}

function cures({ damage }: RepositoryCheck): readonly string[] {
  const lines: string[] = [];
  if (damage.some(({ is }) => is === "unreadable"))
    lines.push("The disk or share refused to give something: look at it first, and check again.");
  if (damage.some(({ is }) => is === "too-new"))
    lines.push("Something was written by a later version of sitekeep: check with that one.");
  lines.push(
    "Run `sitekeep repo repair`: it says what can be saved before it does anything. Then capture again, which stores",
    "what is lost and still there at its source.",
  );
  return lines;
}

function linesOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

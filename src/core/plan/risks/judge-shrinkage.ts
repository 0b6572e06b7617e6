import { formatBytes } from "../../base/bytes.ts";
import { formatMinute } from "../../base/instant.ts";
import type { Problem } from "../../base/problem.ts";
import { risk } from "../../lint/parts/risk.ts";
import type { ResolvedPolicy } from "../../model/policy/resolved-policy.ts";
import type { Snapshot } from "../../model/repository/snapshot.ts";
import { nameOfShrinkage, type Shrinkage } from "../points/shrinkage.ts";
import type { Survey } from "../survey/survey.ts";

/** Sources of which the newest capture holds much less than the one before, or nothing. */
export function judgeShrinkage({ policy, series, present }: Survey): readonly Problem[] {
  const newest = new Map<string, Snapshot>();
  for (const { snapshots } of present)
    for (const it of snapshots) if (it.mode === "full" && series.usable.has(it.id)) newest.set(it.source, it);
  return policy.sources.flatMap(({ name }) => {
    const last = newest.get(name);
    const shrinkage = last && series.shrinkages.get(last.id);
    return shrinkage === undefined ? [] : [shrinkageRisk(policy.site, shrinkage)];
  });
}

/** The risk that a source became less, known by its last full capture: of one loss everybody is told once. */
export function shrinkageRisk({ code }: ResolvedPolicy["site"], shrinkage: Shrinkage): Problem {
  const { snapshot, fuller, isEmpty } = shrinkage;
  const name = nameOfShrinkage(fuller);
  const where = `${code}/${snapshot.source}`;
  const was = `${sizeOf(fuller)} on ${formatMinute(fuller.startedAt)}`;
  const follows = isEmpty
    ? "its points are incomplete"
    : "its points can be recovered from, and neither fill a rule of retention nor let anything go";
  return risk("source-shrunk", {
    where,
    message: `${where} held ${was}, and ${isEmpty ? "is empty" : `holds ${sizeOf(snapshot)}`} now: ${follows}.`,
    names: [code, name],
    hint: `See what became of it: \`sitekeep snapshots show ${where}\`. When it is meant, add to the policy's \`accepts\`: \`{ risk: source-shrunk, of: '${name}', because: … }\`.`,
  });
}

function sizeOf({ files, bytes }: Snapshot): string {
  return `${files} ${files === 1 ? "file" : "files"} (${formatBytes(bytes)})`;
}

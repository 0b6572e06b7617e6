import type { Problem } from "../../base/problem.ts";
import { risk } from "../../lint/parts/risk.ts";
import type { DatabaseCopy } from "../../model/database-copy.ts";
import type { DatabaseWindowFacts, WindowFacts } from "../../model/observation.ts";
import type { ResolvedPolicy } from "../../model/policy/resolved-policy.ts";
import { aboutSite } from "../../model/site-subject.ts";

/**
 * What a verdict on the window can't see of the partners, and what would show it. Without the versions that
 * replication compares no copy is proven to be inside (docs/window.md).
 *
 * `copy` is the one that the verdict is about; absent where it is about one that is taken now.
 */
export function judgePartners(
  { site }: Pick<ResolvedPolicy, "site">,
  { partners }: WindowFacts,
  copy: DatabaseCopy | undefined,
): readonly Problem[] {
  return Object.entries(partners).flatMap(([partner, facts]) =>
    "problem" in facts
      ? [unread(site.code, partner, facts.problem)]
      : hiddenVersions(site.code, { partner, facts, copy }),
  );
}

function unread(site: string, partner: string, { message, hint }: Problem): Problem {
  return {
    code: "partner-not-read",
    severity: "risk",
    message: `Partner ${partner} could not be read, so what it keeps is not seen, and no copy is proven to be inside the window. ${message}`,
    where: `${site} window`,
    hint,
    about: aboutSite({ kind: "partner", site, partner }),
  };
}

interface Seen {
  readonly partner: string;
  readonly facts: DatabaseWindowFacts;
  readonly copy: DatabaseCopy | undefined;
}

function hiddenVersions(site: string, seen: Seen): readonly Problem[] {
  const said = saidOfVersions(seen);
  return said === undefined
    ? []
    : [risk("partner-versions-hidden", { where: `${site} window`, names: [seen.partner], ...said })];
}

function saidOfVersions({
  partner,
  facts,
  copy,
}: Seen): { readonly message: string; readonly hint: string } | undefined {
  // Without the setting nothing is proven, and that is told already.
  if (facts.changeTracking !== "on" || facts.retentionMs === undefined) return undefined;
  if (facts.currentVersion === undefined || facts.minValidVersion === undefined)
    return {
      message: `Partner ${partner} shows its setting and not its versions: what it has purged is not seen, and no copy is proven to be inside the window.`,
      hint: hiddenBecause(facts) ?? "Grant the login there what docs/permissions.md lists for partners.",
    };
  // Where it was not read the verdict says so.
  const then = copy?.look?.partners[partner];
  if (then === undefined || then.currentVersion !== undefined) return undefined;
  return {
    message: `Partner ${partner} did not show its versions at the look by which the newest copy is judged: what it has purged since can't be told.`,
    hint: "It shows them now, and the next copy is judged by them.",
  };
}

function hiddenBecause({ unread = [] }: DatabaseWindowFacts): string | undefined {
  return unread.find((it) => it.witness === "versions")?.why.hint;
}

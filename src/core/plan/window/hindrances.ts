import { formatMinute } from "../../base/instant.ts";
import type {
  DatabaseWindowFacts,
  ReplicationLink,
  UnreadWitness,
  WindowFacts,
  WindowWitness,
} from "../../model/observation.ts";
import type { ResolvedPolicy } from "../../model/policy/resolved-policy.ts";

/** Why replication is not known to carry changes now, so that no age of a copy proves anything. */
export interface Hindrance {
  readonly because: string;
  /** What cures it. */
  readonly hint: string;
}

const analyse =
  "Look at the link under Monitoring, Database Replication in the console, and run the Replication Link Analyzer from there.";

/** Without these nobody can tell whether replication with a partner works. */
const needed: ReadonlySet<WindowWitness> = new Set(["clock", "links", "initialisations", "site states"]);

/** The partners that could bring a copy of the site up to date: those that are named, and the parent. */
export function partnersOf({ site, partners }: ResolvedPolicy, facts: WindowFacts): readonly string[] {
  const named = new Set([...Object.keys(partners), ...Object.keys(facts.partners)]);
  if (site.parent !== undefined) named.add(site.parent);
  return [...named].sort();
}

/**
 * The first reason to doubt that replication with the partners works, as the site or a partner tells it: a
 * link that does not carry changes, what could not be read, a link that nobody shows.
 */
export function hindranceOf(policy: ResolvedPolicy, facts: WindowFacts): Hindrance | undefined {
  const broken = brokenLink(policy, facts);
  if (broken !== undefined) return { because: linkSentence(broken), hint: analyse };
  if ("problem" in facts.own)
    return {
      because: `The site's own database could not be read, so it is not known whether replication works. ${facts.own.problem.message}`,
      hint: facts.own.problem.hint,
    };
  return unreadHindrance(facts) ?? missingLink(policy, facts);
}

/** The first link that does not carry changes, by the partner's name, as the site or a partner sees it. */
export function brokenLink(policy: ResolvedPolicy, facts: WindowFacts): ReplicationLink | undefined {
  return linksWithPartners(policy, facts).find(({ state }) => state !== "active" && state !== "degraded");
}

/** All that is told of the links with the partners, from both sides, each by the partner's name. */
export function linksWithPartners(policy: ResolvedPolicy, facts: WindowFacts): readonly ReplicationLink[] {
  const partners = partnersOf(policy, facts);
  const seenHere = "problem" in facts.own ? [] : facts.own.links;
  const seenThere = Object.entries(facts.partners).flatMap(([partner, it]) => {
    const links = "problem" in it ? [] : it.links.filter((link) => link.partner === policy.site.code);
    return links.map((link) => ({ ...link, partner }));
  });
  // A site also has links with secondary sites, and perhaps still with some that are no more.
  return [...seenHere.filter((link) => partners.includes(link.partner)), ...seenThere];
}

function unreadHindrance({ own, partners }: WindowFacts): Hindrance | undefined {
  const read = [["the site's own database", own] as const, ...Object.entries(partners)];
  for (const [whose, facts] of read) {
    const unread = "problem" in facts ? undefined : neededOf(facts);
    if (unread === undefined) continue;
    const at = facts === own ? whose : `partner ${whose}`;
    return {
      because: `The ${unread.witness} could not be read at ${at}, so it is not known whether replication works. ${unread.why.message}`,
      hint: unread.why.hint,
    };
  }
  return undefined;
}

function neededOf({ unread = [] }: DatabaseWindowFacts): UnreadWitness | undefined {
  return unread.find(({ witness }) => needed.has(witness));
}

function missingLink(policy: ResolvedPolicy, facts: WindowFacts): Hindrance | undefined {
  const shown = new Set(linksWithPartners(policy, facts).map((link) => link.partner));
  const missing = partnersOf(policy, facts).find((partner) => !shown.has(partner));
  return missing === undefined
    ? undefined
    : {
        because: `Nobody shows a link of replication between ${policy.site.code} and ${missing}, so no age proves anything.`,
        hint: `Check in the console that ${missing} is a partner of ${policy.site.code}, and that the policy names its database.`,
      };
}

const stateWords: Readonly<Record<ReplicationLink["state"], string>> = {
  active: "is active",
  degraded: "is degraded",
  failed: "has failed",
  initialising: "is initialising",
  "initialisation-failed": "has failed to initialise",
  maintenance: "is in maintenance mode",
  recovering: "waits for a recovery that is under way or has failed",
  stale: "was not looked at for a while",
  unknown: "is not known to work",
  gone: "was taken away",
};

function linkSentence({ partner, state, groups, detail, lastSyncAt }: ReplicationLink): string {
  const named = groups.length > 0 ? ` (${groups.join(", ")})` : "";
  const more = detail === undefined ? "" : `: ${detail}`;
  const last = lastSyncAt === undefined ? "" : ` Last synchronised ${formatMinute(lastSyncAt)}.`;
  return `Replication with ${partner} ${stateWords[state]}${named}${more}; no age proves anything.${last}`;
}

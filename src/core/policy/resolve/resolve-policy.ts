import { given } from "../../base/given.ts";
import { kindOf } from "../../kinds/catalogue.ts";
import type { Source, SourceKind } from "../../model/policy/source.ts";
import type {
  Expectation,
  Hook,
  NotifyRule,
  RepositoryAddress,
  ResolvedPolicy,
  Retention,
  Schedule,
  Site,
} from "../../model/policy/resolved-policy.ts";
import { resolveAccepts } from "./resolve-accepts.ts";
import { resolveBlackouts } from "./resolve-blackouts.ts";
import {
  bytesPerSecond,
  databaseAt,
  durationAt,
  numberAt,
  perMilleAt,
  secretAt,
  spanAt,
  textAt,
  textsAt,
  timeOfDayAt,
} from "../text/values.ts";
import { entriesOf, find, findText, itemsOf, type Written, type WrittenMap } from "../text/written.ts";

/** Turns a completed and checked policy into what the rest of the program works with. It can't fail. */
export function resolvePolicy(
  policy: WrittenMap,
  repository: RepositoryAddress,
  where: string,
): ResolvedPolicy {
  const site = find(policy, "site")!;
  const window = find(policy, "window");
  return {
    name: textAt(policy, "metadata", "name"),
    labels: Object.fromEntries(
      entriesOf(find(policy, "metadata", "labels")).map(([key, it]) => [key, textAt(it)]),
    ),
    site: resolveSite(site),
    partners: Object.fromEntries(
      entriesOf(find(policy, "partners")).map(([code, it]) => [code, databaseAt(it)]),
    ),
    repository,
    schedule: resolveSchedule(find(policy, "schedule")!),
    objectives: resolveObjectives(find(policy, "objectives")!),
    retention: resolveRetention(find(policy, "retention")!),
    brakes: {
      minPoints: numberAt(policy, "brakes", "minPoints"),
      maxForgetPerMille: perMilleAt(policy, "brakes", "maxForget"),
      maxShrinkPerMille: perMilleAt(policy, "brakes", "maxShrink"),
    },
    throttle: resolveThrottle(find(policy, "throttle")!),
    sources: entriesOf(find(policy, "sources")).map(([name, it]) => resolveSource(name, it, site)),
    hooks: { before: hooksAt(policy, "before"), after: hooksAt(policy, "after") },
    notify: itemsOf(find(policy, "notify")).map(resolveNotify),
    ...resolveAccepts(find(policy, "accepts")),
    expect: itemsOf(find(policy, "expect")).map(resolveExpectation),
    ...(window ? { windowAtMostMs: durationAt(window, "atMost") } : {}),
    where,
  };
}

function resolveSource(name: string, source: Written, site: Written): Source {
  return kindOf(textAt(source, "kind") as SourceKind).resolve({ name, source, site });
}

function resolveSite(site: Written): Site {
  const parent = findText(site, "parent");
  return {
    code: textAt(site, "code"),
    type: textAt(site, "type") as Site["type"],
    ...given({ parent }),
    servers: textsAt(site, "servers"),
    installFolder: textAt(site, "installFolder"),
    database: databaseAt(site, "database"),
  };
}

function resolveSchedule(schedule: Written): Schedule {
  return {
    cron: textAt(schedule, "cron"),
    timeZone: textAt(schedule, "timeZone"),
    jitterMs: durationAt(schedule, "jitter"),
    notDuring: textsAt(schedule, "notDuring") as Schedule["notDuring"],
    ...resolveBlackouts(schedule),
  };
}

function resolveObjectives(objectives: Written): ResolvedPolicy["objectives"] {
  return {
    maxDataAgeMs: durationAt(objectives, "maxDataAge"),
    missedRuns: numberAt(objectives, "missedRuns"),
    noticeMs: durationAt(objectives, "notice"),
    rebuildMs: durationAt(objectives, "rebuild"),
    marginMs: durationAt(objectives, "margin"),
    proofEveryMs: durationAt(objectives, "proofEvery"),
    keyProofEveryMs: durationAt(objectives, "keyProofEvery"),
    maxSkewMs: durationAt(objectives, "maxSkew"),
  };
}

function resolveExpectation(expectation: Written): Expectation {
  const count = (key: string) =>
    find(expectation, key) === undefined ? undefined : numberAt(expectation, key);
  const newest = find(expectation, "newestAtMost") && durationAt(expectation, "newestAtMost");
  const [month, least, most] = ["pointFromMonthsAgo", "pointsAtLeast", "pointsAtMost"].map(count);
  return {
    afterMs: durationAt(expectation, "after"),
    ...given({ newestAtMostMs: newest, pointFromMonthsAgo: month, pointsAtLeast: least, pointsAtMost: most }),
  };
}

/**
 * Turns the rules of a retention into counts and a length of time, and its calendar into what is reckoned
 * with.
 */
export function resolveRetention(retention: Written): Retention {
  return Object.assign({}, ...entriesOf(retention).map(([key, it]) => resolveRule(key, it))) as Retention;
}

function resolveRule(key: string, value: Written): Retention {
  switch (key) {
    case "within": {
      const { months, ms } = spanAt(value);
      return { ...(months > 0 && { withinMonths: months }), ...(ms > 0 && { withinMs: ms }) };
    }
    case "dayStartsAt":
      return { dayStartsAtMs: timeOfDayAt(value) };
    default:
      return { [key]: value.is === "scalar" ? value.value : undefined };
  }
}

function resolveThrottle(throttle: Written): ResolvedPolicy["throttle"] {
  const bandwidth = findText(throttle, "bandwidth");
  const concurrency = numberAt(throttle, "concurrency");
  return bandwidth === undefined
    ? { concurrency }
    : { concurrency, bytesPerSecond: bytesPerSecond(bandwidth) };
}

function hooksAt(policy: Written, when: "before" | "after"): readonly Hook[] {
  return itemsOf(find(policy, "hooks", when)).map((hook) => ({
    run: textsAt(hook, "run"),
    timeoutMs: durationAt(hook, "timeout"),
    onFailure: textAt(hook, "onFailure") as Hook["onFailure"],
  }));
}

function resolveNotify(rule: Written): NotifyRule {
  return { webhook: secretAt(rule, "webhook"), on: textsAt(rule, "on") as NotifyRule["on"] };
}

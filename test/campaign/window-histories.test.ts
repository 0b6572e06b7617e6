import { expect, test } from "vitest";
import { day, formatInstant, hour, minute, second } from "../../src/core/base/instant.ts";
import type { Instant } from "../../src/core/base/instant.ts";
import type { DatabaseCopy, WindowLook } from "../../src/core/model/database-copy.ts";
import type { Observation, WindowFacts } from "../../src/core/model/observation.ts";
import type { Snapshot } from "../../src/core/model/repository/snapshot.ts";
import type { SiteDatabase } from "../../src/core/model/policy/source.ts";
import type { WindowVerdict } from "../../src/core/model/window.ts";
import { judgeWindow } from "../../src/core/plan/window/judge-window.ts";
import { surveySite } from "../../src/core/plan/survey/survey.ts";
import { writeLook } from "../../src/core/model/window-look.ts";
import { makeLook } from "../../src/core/plan/window/window-looks.ts";
import { movedBaseProblem } from "../../src/drivers/parts/backup/backup-chain.ts";
import type { SiteBackup } from "../support/window/replication-oracle.ts";
import { count as tellCount } from "../support/campaign/depth.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { stepMs, troubles, WindowHistory, type Trouble } from "../support/window/history.ts";
import { database, policyOf, snapshotOf } from "../support/build-site.ts";

/** The ordinary run takes 200; `npm run campaign` takes 2,000. */
const seeds = Number(process.env["SITEKEEP_SEEDS"] ?? 100) * 2;
const first = Number(process.env["SITEKEEP_SEED"] ?? 1);
const lasts = 30 * day;
const policy = policyOf();

const external: SiteDatabase = { ...database, method: "external" };
const watched = policyOf({ sources: [external] });

interface Copy extends Pick<DatabaseCopy, "asOf"> {
  readonly look: WindowLook;
  readonly backup: SiteBackup;
  /** A differential on another full than ours is no copy of anything. */
  readonly isRestorable: boolean;
}

test(`in ${seeds} histories no copy is called inside that would be initialised anew`, () => {
  const tally = new Map<string, number>();
  const happened = new Map<Trouble, number>();
  for (let seed = first; seed < first + seeds; seed++) {
    const history = tell(seed, tally);
    for (const [trouble, times] of history.happened)
      happened.set(trouble, (happened.get(trouble) ?? 0) + times);
  }
  for (const [what, times] of tally) tellCount(`window: ${what}`, times);
  tellCount("window: histories", seeds);
  if (process.env["SITEKEEP_SHOW"])
    process.stdout.write(JSON.stringify([[...tally].sort(), [...happened]], undefined, 1));
  for (const trouble of troubles) expect(happened.get(trouble) ?? 0, trouble).toBeGreaterThan(0);
  // Neither side of the comparison is always the same.
  for (const what of ["inside, delta", "closing, delta", "outside, delta", "outside, reinitialise"])
    for (const whose of ["", "another tool's: "])
      expect(tally.get(`${whose}${what}`) ?? 0, `${whose}${what}`).toBeGreaterThan(0);
  // By chance other seeds may have more of one trouble.
  if (seeds >= 200 && first === 1) expect(needlessShare(tally, "nothing hidden: ")).toBeLessThan(0.1);
  for (const what of ["differential", "full in place of a differential, its base was moved"])
    expect(tally.get(what) ?? 0, what).toBeGreaterThan(0);
});

/** Of the verdicts on copies that could be brought up to date: those that alarm though replication works. */
function needlessShare(tally: Tally, of: string): number {
  const told = (what: string) => tally.get(`${of}${what}`) ?? 0;
  return told("needless") / (told("needless") + told("link down") + told("told right"));
}

interface Told {
  readonly history: WindowHistory;
  readonly copies: Copy[];
  /** What a policy has whose database another tool backs up: its newest full at each of our looks. */
  readonly witnessed: Snapshot[];
}

type Tally = Map<string, number>;

function tell(seed: number, tally: Tally): WindowHistory {
  const random = new SeededRandom(seed);
  const history = new WindowHistory(random);
  const told: Told = { history, copies: [], witnessed: [] };
  const end = history.now + lasts;
  const everyMs = random.pick([12 * hour, day, day, day, 3 * day]);
  const hasDifferentials = random.below(2) === 0;
  let next = history.now + random.below(24) * hour;
  let under:
    { readonly copy: Omit<Copy, "backup">; readonly until: Instant; readonly restores: number } | undefined;
  let ours: Snapshot | undefined;
  const restored = () => history.happened.get("site restored") ?? 0;
  while (history.now < end) {
    history.step();
    if (under && history.now >= under.until) {
      // A backup can't be taken of what is being restored.
      if (under.restores === restored()) {
        if (hasDifferentials) ours = snapshotOf(database, 0, { facts: { setGuid: history.moveBase() } });
        told.copies.push({ ...under.copy, backup: history.backUpSite() });
      }
      under = undefined;
    }
    if (history.now >= next && under === undefined) {
      next = history.now + everyMs + random.below(4) * 10 * minute;
      const copy = look(told);
      const wantsDifferential = ours !== undefined && random.below(4) > 0;
      const moved = wantsDifferential && movedBaseProblem(ours, [history.base], "PS1/database");
      if (moved) count(tally, "full in place of a differential, its base was moved");
      if (wantsDifferential && !moved) {
        const isRestorable = history.base === ours?.facts["setGuid"];
        told.copies.push({ ...copy, isRestorable, backup: history.backUpSite() });
        count(tally, "differential");
      } else under = { copy, until: history.now + random.below(12) * stepMs, restores: restored() };
    }
    if (random.below(70) === 0) ask(seed, told, tally);
  }
  return history;
}

/**
 * The look that a capture begins with. A policy that leaves the database to another tool keeps what it finds
 * then.
 */
function look({ history, witnessed }: Told): Omit<Copy, "backup"> {
  const seen = makeLook(history.look());
  const full = history.foreignFulls.at(-1);
  if (full !== undefined)
    witnessed.push(
      snapshotOf(external, history.ourNow, {
        id: String(witnessed.length).padStart(6, "0"),
        asOf: full.asOf,
        facts: writeLook(seen),
      }),
    );
  return { asOf: history.ourNow + 5 * second, look: seen, isRestorable: true };
}

function ask(seed: number, told: Told, tally: Tally): void {
  const { history, copies } = told;
  const facts = history.look();
  const others = copies.map((it) => it.look);
  for (const { asOf, look, backup, isRestorable } of copies.slice(-8)) {
    const copy: DatabaseCopy = { asOf, verified: true, look, others };
    const verdict = judgeWindow(policy, facts, copy, history.ourNow);
    compare({ seed, history, facts, copy, verdict, backup, isRestorable }, tally);
  }
  askWatched(seed, { ...told, facts }, tally);
}

/**
 * What a policy says whose database is left to another tool: of its newest full, by way of snapshots and
 * `msdb`.
 */
function askWatched(
  seed: number,
  { history, witnessed, facts }: Told & { readonly facts: WindowFacts },
  tally: Tally,
): void {
  const lastFulls = history.foreignFulls
    .slice(-1)
    .map(({ asOf }) => ({ startedAt: formatInstant(asOf), zoneKnown: true }));
  const observed: Observation = {
    policy: watched.name,
    at: history.ourNow,
    sources: { [external.name]: { answers: true, facts: { lastFulls }, risks: [] } },
    snapshots: witnessed,
    runs: [],
    window: facts,
  };
  const { newestVerifiedCopy: copy, window: verdict } = surveySite(watched, observed, history.ourNow);
  if (copy === undefined) return;
  const { backup } = history.foreignFulls.findLast(({ asOf }) => asOf === copy.asOf)!;
  compare({ seed, history, facts, copy, verdict, backup, isRestorable: true }, tally, "another tool's: ");
}

interface Judged {
  readonly seed: number;
  readonly history: WindowHistory;
  readonly facts: WindowFacts;
  readonly copy: DatabaseCopy;
  readonly verdict: WindowVerdict;
  readonly backup: SiteBackup;
  readonly isRestorable: boolean;
}

function compare(judged: Judged, tally: Tally, whose = ""): void {
  const { seed, history, facts, copy, verdict, backup, isRestorable } = judged;
  const answers = Object.values(history.oracle.answer(backup));
  const answer = isRestorable && !answers.includes("reinitialise") ? "delta" : "reinitialise";
  const isGood = verdict.state === "inside" || verdict.state === "closing";
  const add = (what: string) => {
    count(tally, `${whose}${what}`);
    if (history.showsAll) count(tally, `nothing hidden: ${whose}${what}`);
  };
  add(`${verdict.state}, ${answer}`);
  const kind = isGood ? undefined : kindOf(verdict);
  // That replication does not work is an alarm of its own, and true.
  const isTrue = kind !== undefined && linkKinds.has(kind) && history.isLinkDown;
  if (answer === "delta") add(isGood ? "told right" : isTrue ? "link down" : "needless");
  if (answer === "delta" && kind !== undefined) add(`${isTrue ? "link down" : "needless"}: ${kind}`);
  if (isGood && answer === "reinitialise")
    expect.fail(
      `seed ${seed}, ${formatInstant(history.now)}: ${whose}the copy of ${formatInstant(copy.asOf)} is ${verdict.state} (${verdict.because}), and would be initialised anew: ${JSON.stringify({ answers, isRestorable, facts, look: copy.look, others: copy.others.slice(-3) })}`,
    );
}

function count(tally: Tally, what: string): void {
  tally.set(what, (tally.get(what) ?? 0) + 1);
}

const linkKinds: ReadonlySet<string> = new Set(["link down now", "nobody has looked at the link now"]);

/** What a needless alarm rests on, by the words of its reason. */
function kindOf({ because, state }: WindowVerdict): string {
  const kinds = {
    "link down now": /^Replication with CAS (has|is in|is init|waits)/,
    "nobody has looked at the link now": /^Replication with CAS was not looked at/,
    "witness of the link unread now": /^The .* could not be read at|^Nobody shows a link/,
    "link degraded now, no record": /is degraded, and it is not recorded/,
    "partner unread now": /^What partner CAS keeps was not seen/,
    "versions unread now": /^What partner CAS has purged could not/,
    "versions unread when copied": /^What partner CAS had counted/,
    "link down or unread when copied": /(when this copy was taken|another tool took this copy)(, so| could)/,
    "partner or setting unread when copied":
      /(when this copy was taken|another tool took this copy)(\.|, nor)/,
    "nothing seen before it": /no look before it/,
    "initialised anew, or nobody can tell": /initialised anew/,
    "partner restored, or nobody can tell": /was restored/,
    "purged beyond the settings": /purged more/,
    "setting unread": /no change tracking setting/,
  };
  const kind = Object.entries(kinds).find(([, words]) => words.test(because))?.[0];
  return kind ?? (state === "outside" ? "cleanup lags or is off, or the hour before the copy" : because);
}

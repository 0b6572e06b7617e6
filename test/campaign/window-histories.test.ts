import { expect, test } from "vitest";
import { day, formatInstant, hour, minute, second } from "../../src/core/base/instant.ts";
import type { Instant } from "../../src/core/base/instant.ts";
import type { DatabaseCopy, WindowLook } from "../../src/core/model/database-copy.ts";
import type { WindowFacts } from "../../src/core/model/observation.ts";
import type { WindowVerdict } from "../../src/core/model/window.ts";
import { judgePartners } from "../../src/core/plan/judge-partners.ts";
import { judgeWindow } from "../../src/core/plan/judge-window.ts";
import { makeLook } from "../../src/core/plan/window-looks.ts";
import type { SiteBackup } from "../support/window/replication-oracle.ts";
import { count } from "../support/campaign/depth.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { stepMs, troubles, WindowHistory, type Trouble } from "../support/window/history.ts";
import { policyOf } from "../core/plan/world.ts";

/** The ordinary run takes 200; `npm run campaign` takes 2,000. */
const seeds = Number(process.env["SITEKEEP_SEEDS"] ?? 100) * 2;
const first = Number(process.env["SITEKEEP_SEED"] ?? 1);
const lasts = 30 * day;
const policy = policyOf();

interface Copy extends Pick<DatabaseCopy, "asOf"> {
  readonly look: WindowLook;
  readonly lookedAt: Instant;
  readonly backup: SiteBackup;
}

test(`in ${seeds} histories no copy is called inside that would be initialised anew`, () => {
  const tally = new Map<string, number>();
  const happened = new Map<Trouble, number>();
  for (let seed = first; seed < first + seeds; seed++) {
    const history = tell(seed, tally);
    for (const [trouble, times] of history.happened)
      happened.set(trouble, (happened.get(trouble) ?? 0) + times);
  }
  for (const [what, times] of tally) count(`window: ${what}`, times);
  count("window: histories", seeds);
  if (process.env["SITEKEEP_SHOW"])
    process.stdout.write(JSON.stringify([[...tally].sort(), [...happened]], undefined, 1));
  for (const trouble of troubles) expect(happened.get(trouble) ?? 0, trouble).toBeGreaterThan(0);
  // Neither side of the comparison is always the same.
  for (const what of ["inside, delta", "closing, delta", "outside, delta", "outside, reinitialise"])
    expect(tally.get(what) ?? 0, what).toBeGreaterThan(0);
});

function tell(seed: number, tally: Map<string, number>): WindowHistory {
  const random = new SeededRandom(seed);
  const history = new WindowHistory(random);
  const copies: Copy[] = [];
  const end = history.now + lasts;
  const everyMs = random.pick([12 * hour, day, day, day, 3 * day]);
  let next = history.now + random.below(24) * hour;
  let under:
    { readonly copy: Omit<Copy, "backup">; readonly until: Instant; readonly restores: number } | undefined;
  while (history.now < end) {
    history.step();
    const restores = history.happened.get("site restored") ?? 0;
    if (under && history.now >= under.until) {
      // A backup can't be taken of what is being restored.
      if (under.restores === restores) copies.push({ ...under.copy, backup: history.backUpSite() });
      under = undefined;
    }
    if (history.now >= next && under === undefined) {
      next = history.now + everyMs + random.below(4) * 10 * minute;
      const facts = history.look();
      history.wasRecorded(facts);
      const copy = { asOf: history.ourNow + 5 * second, look: makeLook(facts), lookedAt: history.now };
      under = { copy, until: history.now + random.below(12) * stepMs, restores };
    }
    if (random.below(70) === 0) ask(seed, { history, copies }, tally);
  }
  return history;
}

interface Told {
  readonly history: WindowHistory;
  readonly copies: readonly Copy[];
}

function ask(seed: number, { history, copies }: Told, tally: Map<string, number>): void {
  const facts = history.look();
  const others = copies.map((it) => it.look);
  for (const copy of copies.slice(-8)) {
    const { asOf, look, backup } = copy;
    const judged: DatabaseCopy = { asOf, verified: true, look, others };
    const verdict = judgeWindow(policy, facts, judged, history.ourNow);
    const told = judgePartners(policy, facts, judged).map((it) => it.code);
    const answers = Object.values(history.oracle.answer(backup));
    const answer = answers.includes("reinitialise") ? "reinitialise" : "delta";
    const isGood = verdict.state === "inside" || verdict.state === "closing";
    const isWrong = isGood && answer === "reinitialise";
    const gap = isWrong ? gapOf(history, copy, facts, verdict) : undefined;
    const add = (what: string) => tally.set(what, (tally.get(what) ?? 0) + 1);
    add(isWrong ? `red by ${told.join()}: ${gap}` : `${verdict.state}, ${answer}`);
    if (!isGood && answer === "delta") add(`needless: ${kindOf(verdict)}`);
    if (isGood && answer === "delta" && told.length > 0) add(`red by ${told.join()}: right all the same`);
    // What can't be seen is red all the same: it is told what would show it.
    if (isWrong && (gap === undefined || told.length === 0))
      expect.fail(
        `seed ${seed}, ${formatInstant(history.now)}: the copy of ${formatInstant(asOf)} is ${verdict.state} (${verdict.because}) with ${told.join() || "no risk"}, and would be initialised anew: ${JSON.stringify({ answers, facts, look, others: others.slice(-3) })}`,
      );
  }
}

/** What a needless alarm rests on, by the words of its reason. */
function kindOf({ because, state }: WindowVerdict): string {
  const kinds = {
    "link down now": /^Replication with CAS (has|is|could)/,
    "link down or unread when copied": /when this copy was taken(, so| could)/,
    "partner or setting unread when copied": /when this copy was taken(\.|, nor)/,
    "initialised anew, or nobody can tell": /initialised anew/,
    "partner restored": /was restored/,
    "purged beyond the settings": /purged more/,
    "setting unread": /no change tracking setting/,
  };
  const kind = Object.entries(kinds).find(([, words]) => words.test(because))?.[0];
  return kind ?? (state === "outside" ? "cleanup lags or is off, or the hour before the copy" : because);
}

/** What can't be known, and is documented so (docs/window.md, "What can't be seen"). */
function gapOf(
  history: WindowHistory,
  { look, lookedAt }: Copy,
  facts: WindowFacts,
  verdict: WindowVerdict,
): string | undefined {
  if (!verdict.basis.startsWith("partner ")) return "the own setting stood in";
  const partner = facts.partners["CAS"];
  const versions = [look.partners["CAS"]?.currentVersion, partner && "minValidVersion" in partner];
  if (versions.every(Boolean)) return undefined;
  return history.hidesSince(lookedAt, facts) ? "came and went between two looks, versions unread" : undefined;
}

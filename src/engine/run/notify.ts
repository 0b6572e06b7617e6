import type { NotifyRule } from "../../core/model/policy/resolved-policy.ts";
import type { Outcome } from "../../core/model/outcome.ts";
import { countWords } from "../../core/report/words/count-words.ts";
import { leftOutOf } from "../../core/model/repository/left-out.ts";
import { readSecret } from "../session/secrets.ts";
import type { Session } from "../session/session.ts";
import type { SiteOutcomes } from "./site-run.ts";

/**
 * Posts what happened to every webhook that asked for it. A webhook that can't be reached changes nothing
 * about the run: its failure comes back as text for the screen.
 */
export async function notify(
  session: Session,
  site: SiteOutcomes,
  result: string,
): Promise<readonly string[]> {
  const events = eventsOf(site, result);
  const rules = site.plan.policy.notify.filter((rule) => rule.on.some((event) => events.includes(event)));
  const failures = await Promise.all(rules.map((rule) => post(session, rule, messageOf(site, result))));
  return failures.filter((it) => it !== undefined);
}

function eventsOf(site: SiteOutcomes, result: string): readonly NotifyRule["on"][number][] {
  const atRisk = site.plan.window.state !== "inside" && site.plan.window.state !== "none";
  return [...endOf(site, result), ...(atRisk ? (["windowAtRisk"] as const) : [])];
}

/** Of a run whose only fault is known there is nothing new to tell, neither bad nor good. */
function endOf({ outcomes }: SiteOutcomes, result: string): readonly ("failed" | "succeeded")[] {
  if (result === "done") return ["succeeded"];
  const isKnown = outcomes.some((it) => it.inPart === "known") && !outcomes.some(isNews);
  return isKnown && result !== "cancelled" ? [] : ["failed"];
}

function isNews({ result, inPart }: Outcome): boolean {
  return result !== "done" || inPart === "new";
}

async function post(session: Session, rule: NotifyRule, text: string): Promise<string | undefined> {
  try {
    await session.world.post(await readSecret(session.world, session.redactor, rule.webhook), { text });
    return undefined;
  } catch (thrown) {
    return session.redactor.clean(
      `A notification was not delivered: ${thrown instanceof Error ? thrown.message : thrown}`,
    );
  }
}

function messageOf(site: SiteOutcomes, result: string): string {
  const bad = site.outcomes.filter((it) => it.result !== "done" || it.inPart !== undefined);
  const lines = bad.map((it) => [it.title, ...whyBad(it)].join(": "));
  return [`sitekeep ${site.plan.site}: ${result}. Window: ${site.plan.window.because}`, ...lines].join("\n");
}

function whyBad({ result, problem, remarks = [] }: Outcome): readonly string[] {
  if (result !== "done") return [result, ...(problem ? [problem.message] : [])];
  const shrunk = remarks.filter((it) => it.code === "source-shrunk");
  const [first, ...more] = [...shrunk, ...leftOutOf(remarks)];
  const rest = more.length === 0 ? "" : ` (and ${countWords(more.length, "entry", "entries")} more)`;
  return ["done in part", `${first?.message}${rest}`];
}

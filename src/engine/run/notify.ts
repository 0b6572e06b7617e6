import type { NotifyRule } from "../../core/model/policy/resolved-policy.ts";
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
  return [result === "done" ? "succeeded" : "failed", ...(atRisk ? (["windowAtRisk"] as const) : [])];
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
  const bad = site.outcomes.filter((it) => it.result !== "done");
  const lines = bad.map((it) =>
    [it.title, it.result, ...(it.problem ? [it.problem.message] : [])].join(": "),
  );
  return [`sitekeep ${site.plan.site}: ${result}. Window: ${site.plan.window.because}`, ...lines].join("\n");
}

import { given } from "../../core/base/given.ts";
import { findNews } from "../../core/alarms/find-news.ts";
import { undeliveredProblem } from "../../core/alarms/undelivered-problem.ts";
import type { Problem } from "../../core/base/problem.ts";
import { type CauseLook, isSameWebhook, type ToldTarget } from "../../core/model/policy/alarm.ts";
import type { NotifyRule } from "../../core/model/policy/resolved-policy.ts";
import { renderAlarm } from "../../core/report/render-alarm.ts";
import type { Session } from "../session/session.ts";
import { deliver } from "./deliver.ts";
import { recallTold, rememberTold } from "./told-record.ts";

/** What is to be told, and to whom. */
export interface AlarmOrder {
  readonly look: CauseLook;
  readonly rules: readonly NotifyRule[];
  /** Name of the record of what was told before. */
  readonly record: string;
  /** Whether a run has just ended well. */
  readonly succeeded: boolean;
}

/**
 * Tells each webhook what it doesn't know yet: causes that have begun, and those that are over. What arrived
 * is remembered; what did not is tried again by the next call, and given back as a problem. A call that is
 * stopped tells nothing and forgets nothing.
 */
export async function raiseAlarms(session: Session, order: AlarmOrder): Promise<readonly Problem[]> {
  if (session.signal.aborted) return [];
  const { world } = session;
  const before = await recallTold(world, order.record);
  const targets = targetsOf(order.rules, before);
  const after = await Promise.all(targets.map((it) => tell(session, order, it)));
  if (JSON.stringify(after) !== JSON.stringify(before)) await rememberTold(world, order.record, after);
  return after.flatMap(({ webhook, undelivered }) =>
    undelivered === undefined ? [] : [undeliveredProblem(order.look.about, { webhook, ...undelivered })],
  );
}

/** Each webhook once, with all that any of its rules asks for and what it was told. */
function targetsOf(rules: readonly NotifyRule[], before: readonly ToldTarget[]): readonly ToldTarget[] {
  const webhooks = rules.filter(
    ({ webhook }, at) => rules.findIndex((it) => isSameWebhook(it.webhook, webhook)) === at,
  );
  return webhooks.map(({ webhook }) => {
    const on = rules.filter((it) => isSameWebhook(it.webhook, webhook)).flatMap((it) => it.on);
    const known = before.find((it) => isSameWebhook(it.webhook, webhook));
    return {
      webhook,
      on: [...new Set(on)],
      told: known?.told ?? [],
      ...given({ undelivered: known?.undelivered }),
    };
  });
}

async function tell(session: Session, order: AlarmOrder, target: ToldTarget): Promise<ToldTarget> {
  const { webhook, on, undelivered } = target;
  const now = session.now();
  const news = findNews(target, order.look, now);
  const succeeded = order.succeeded && on.includes("succeeded");
  const isNews = news.begun.length > 0 || news.over.length > 0 || succeeded || undelivered !== undefined;
  if (!isNews) return { webhook, on, told: news.told };
  const machine = session.world.machine.identity;
  const text = renderAlarm({ look: order.look, machine, news, succeeded, undelivered });
  const delivery = await deliver(session, webhook, text);
  if (delivery.delivered) return { webhook, on, told: news.told };
  // Stopped in the middle of it: the next run tells it, and nobody has failed.
  if (session.signal.aborted) return target;
  return { ...target, undelivered: { since: undelivered?.since ?? now, why: delivery.why } };
}

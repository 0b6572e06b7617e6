import { formatMinute } from "../base/instant.ts";
import type { Problem } from "../base/problem.ts";
import { type UndeliveredAlarm, webhookName } from "../model/policy/alarm.ts";
import { aboutSite } from "../model/site-subject.ts";

/** Says that a webhook lacks a message: whoever relies on it takes silence for peace. */
export function undeliveredProblem(site: string, { webhook, since, why }: UndeliveredAlarm): Problem {
  const name = webhookName(webhook);
  return {
    code: "alarm-not-delivered",
    severity: "risk",
    message: `A notification about ${site} could not be delivered to ${name}, tried since ${formatMinute(since)}: ${why}`,
    where: `${site} notify`,
    hint: "Mend the address or the way to it, and try it with `sitekeep notify test`. The next run tells what was missed.",
    about: aboutSite({ kind: "webhook", site, webhook: name }),
  };
}

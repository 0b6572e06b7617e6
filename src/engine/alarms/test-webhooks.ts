import { isSameWebhook, webhookName } from "../../core/model/policy/alarm.ts";
import type { ResolvedPolicy } from "../../core/model/policy/resolved-policy.ts";
import type { Session } from "../session/session.ts";
import { deliver, type Delivery } from "./deliver.ts";

/** One webhook of the policies, and what it answered to a test message. */
export interface TestedWebhook {
  /** Where its address is: `env:TEAMS_URL`. */
  readonly webhook: string;
  /** Codes of the sites whose policies name it. */
  readonly sites: readonly string[];
  readonly delivery: Delivery;
}

/** Posts a test message to each webhook that the policies name, once. */
export async function testWebhooks(
  session: Session,
  policies: readonly ResolvedPolicy[],
): Promise<readonly TestedWebhook[]> {
  const named = policies.flatMap(({ site, notify }) =>
    notify.map(({ webhook }) => ({ webhook, site: site.code })),
  );
  const first = named.filter(
    ({ webhook }, at) => named.findIndex((it) => isSameWebhook(it.webhook, webhook)) === at,
  );
  return Promise.all(
    first.map(async ({ webhook }) => {
      const own = named.filter((it) => isSameWebhook(it.webhook, webhook)).map(({ site }) => site);
      const sites = [...new Set(own)];
      const text = `sitekeep ${sites.join(", ")} on ${session.world.machine.identity}: a test message. Alarms about ${sites.join(", ")} arrive here.`;
      return { webhook: webhookName(webhook), sites, delivery: await deliver(session, webhook, text) };
    }),
  );
}

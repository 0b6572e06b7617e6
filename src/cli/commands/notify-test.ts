import type { Paint } from "../../core/report/words/paint.ts";
import { testWebhooks, type TestedWebhook } from "../../engine/alarms/test-webhooks.ts";
import type { RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { withPolicies } from "../session/with-policies.ts";
import { given } from "../../core/base/given.ts";

/** `sitekeep notify test [SITE]`: a message to each webhook, and what it answered. */
export const run: RunCommand<typeof exitCode.someFailed> = (call) => {
  const options = { ...call.options, ...given({ site: call.args[0] }) };
  return withPolicies({ ...call, options }, async ({ session, policies }) => {
    const webhooks = await testWebhooks(session, policies);
    // Where nobody is named nobody is told: that is no test that was passed.
    const isTold = webhooks.length > 0 && webhooks.every(({ delivery }) => delivery.delivered);
    return {
      exitCode: isTold ? exitCode.done : exitCode.someFailed,
      document: () => ({ apiVersion: "sitekeep/notified/v1", webhooks: webhooks.map(memberOf) }),
      text: (paint) => (webhooks.length === 0 ? [nobody] : webhooks.map((it) => lineOf(it, paint))),
    };
  });
};

const nobody = "These policies name no webhook under `notify:`, so nobody is told of anything.";

function memberOf({ delivery, ...webhook }: TestedWebhook) {
  return { ...webhook, ...delivery };
}

function lineOf({ webhook, sites, delivery }: TestedWebhook, paint: Paint): string {
  const of = paint("dim", `(${sites.join(", ")})`);
  return delivery.delivered
    ? `${paint("good", "delivered")}      ${webhook} ${of}: it answered ${delivery.answer}`
    : `${paint("bad", "not delivered")}  ${webhook} ${of}: ${delivery.why}`;
}

import { second, type DurationMs } from "../../core/base/instant.ts";
import type { SecretRef } from "../../core/model/policy/source.ts";
import { problemOf } from "../session/problems.ts";
import { readSecret } from "../session/secrets.ts";
import type { Session } from "../session/session.ts";

/** What became of one message: what the webhook answered, or why it did not get it. */
export type Delivery =
  { readonly delivered: true; readonly answer: string } | { readonly delivered: false; readonly why: string };

/** Waits before the second, third and fourth try: a run is not kept waiting for longer. */
const waitsMs: readonly DurationMs[] = [second, 3 * second, 9 * second];
/** Answers that may be another one soon. Any other refusal would be the same. */
const passing = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/** Posts a text, again with growing waits where that may help. The run's end ends the waiting, too. */
export async function deliver(session: Session, webhook: SecretRef, text: string): Promise<Delivery> {
  const { world, redactor, signal } = session;
  for (let attempt = 0; ; attempt += 1) {
    const { mayPass, ...delivery } = await tryOnce(session, webhook, text);
    const waitMs = waitsMs[attempt];
    if (delivery.delivered || !mayPass || waitMs === undefined || signal.aborted)
      return delivery.delivered ? delivery : { ...delivery, why: redactor.clean(delivery.why) };
    await world.sleep(waitMs, signal).catch(() => undefined);
  }
}

async function tryOnce(
  { world, redactor, signal }: Session,
  webhook: SecretRef,
  text: string,
): Promise<Delivery & { readonly mayPass: boolean }> {
  const address = await readSecret(world, redactor, webhook).catch((thrown: unknown) =>
    problemOf(thrown, "notify", redactor),
  );
  if (typeof address !== "string") return { delivered: false, why: address.message, mayPass: false };
  try {
    const { status, words } = await world.post(address, { text: redactor.clean(text) }, signal);
    const answer = `${status} ${words}`.trim();
    if (status >= 200 && status < 300) return { delivered: true, answer, mayPass: false };
    return { delivered: false, why: `it answered ${answer}.`, mayPass: passing(status) };
  } catch (thrown) {
    return { delivered: false, why: `${reasonOf(thrown)}.`, mayPass: true };
  }
}

/** What the system says, where the library above it says only that something failed. */
function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  const { code, message } = cause as NodeJS.ErrnoException;
  return message || code || String(cause);
}

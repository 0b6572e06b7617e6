import type { Instant } from "../base/instant.ts";
import { subjectOf } from "../base/problem.ts";
import { subjectLine } from "../base/subject.ts";
import {
  type Cause,
  type CauseLook,
  type News,
  type ToldCause,
  type ToldTarget,
  webhookName,
} from "../model/policy/alarm.ts";
import { aboutSite, isHazard } from "../model/site-subject.ts";

/**
 * The difference between what is red and what a webhook was told. A cause is over when it was looked for and
 * is not there; where nobody could look it stays as it was told.
 */
export function findNews(target: ToldTarget, look: CauseLook, now: Instant): News {
  const wanted = look.causes.filter((it) => target.on.includes(it.event) && !isOwnSilence(it, target, look));
  const begun = wanted.filter((it) => !isAmong(target.told, it));
  const gone = target.told.filter((it) => !isAmong(look.causes, it));
  const hidden = gone.filter((it) => isUnseen(it, look));
  const over = gone.filter((it) => !isUnseen(it, look) && !isReplaced(it, wanted));
  const still = target.told.filter((it) => isAmong(wanted, it));
  return { begun, over, told: [...still, ...hidden, ...begun.map((it) => ({ ...it, at: now }))] };
}

function isAmong(causes: readonly Cause[], { key }: Cause): boolean {
  return causes.some((it) => it.key === key);
}

/** A webhook that can't be reached is told to the others. */
function isOwnSilence({ problem }: Cause, { webhook }: ToldTarget, { about: site }: CauseLook): boolean {
  return (
    subjectOf(problem) === subjectLine(aboutSite({ kind: "webhook", site, webhook: webhookName(webhook) }))
  );
}

function isUnseen({ source, problem }: ToldCause, { unseen }: CauseLook): boolean {
  if (unseen.all) return true;
  if (source !== undefined) return unseen.sources.includes(source);
  return unseen.hazards && isHazard(problem.about);
}

/** A window that was closing and is outside by now is not over: the other verdict says how it goes on. */
function isReplaced({ event }: ToldCause, wanted: readonly Cause[]): boolean {
  return event === "windowAtRisk" && wanted.some((it) => it.event === event);
}

import type { Instant } from "../../../core/base/instant.ts";
import { statusComponent, statusLine } from "../../../core/outside/site/task-set.ts";

/** A status message as it stands in a component's log, between its other lines. */
export interface StatusLine {
  readonly id: number;
  readonly severity: string;
  /** `SMS_SITE_BACKUP`. */
  readonly component: string;
  readonly at: Instant;
}

/**
 * `STATMSG: ID=5035 SEV=I … COMP="SMS_SITE_BACKUP" … GMTDATE=Wed Aug 22 09:16:19.253 2012 …`; GMTDATE is UTC.
 */
export function readStatusLine(line: string): StatusLine | undefined {
  const match = statusLine.shows.exec(line);
  if (!match) return undefined;
  const [, id, severity, month, dayOfMonth, time, year] = match;
  const at = Date.parse(`${dayOfMonth} ${month} ${year} ${time!.split(".")[0]} GMT`);
  const fraction = Math.round(Number(`0.${time!.split(".")[1] ?? "0"}`) * 1_000);
  if (Number.isNaN(at)) return undefined;
  const component = statusComponent.shows.exec(line)?.[1] ?? "";
  return { id: Number(id), severity: severity!, component, at: at + fraction };
}

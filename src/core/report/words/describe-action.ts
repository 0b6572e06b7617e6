import { formatMinute } from "../../base/instant.ts";
import type { Action } from "../../model/plan.ts";

/**
 * Names a step as run lists show it: `capture PS1/database`, `forget the point of 2026-11-01 01:30Z of PS1`.
 */
export function describeAction(site: string, action: Action): string {
  switch (action.do) {
    case "capture":
      return `capture ${site}/${action.source}${action.mode === "full" ? "" : ` (${action.mode})`}`;
    case "verify":
      return `verify ${site}/${action.source}${action.in === undefined ? "" : ` in ${action.in}`}`;
    case "skip":
      return `skip ${site}/${action.source}`;
    case "copy":
      return `copy the point of ${formatMinute(action.point)} of ${site} to ${action.to}`;
    case "forget-copy":
      return `forget the point of ${formatMinute(action.point)} of ${site} in ${action.from}`;
    case "forget":
      return `forget the point of ${formatMinute(action.point)} of ${site}`;
  }
}

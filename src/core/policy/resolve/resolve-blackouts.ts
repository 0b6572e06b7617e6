import { given } from "../../base/given.ts";
import { assert } from "../../base/assert.ts";
import { day } from "../../base/instant.ts";
import type { Blackout } from "../../model/policy/blackout.ts";
import type { Schedule } from "../../model/policy/resolved-policy.ts";
import { parseBlackoutEnd, parseWeekdays, untilOf } from "./blackout-text.ts";
import { textAt } from "../text/values.ts";
import { entriesOf, find, findText, itemsOf, type Written } from "../text/written.ts";

/** The blackouts of a schedule that was checked, as a member to be spread: absent where none is written. */
export function resolveBlackouts(schedule: Written): Pick<Schedule, "blackouts"> {
  const items = itemsOf(find(schedule, "blackouts"));
  if (items.length === 0) return {};
  return { blackouts: items.map((item) => resolveBlackout(item, textAt(schedule, "timeZone"))) };
}

function resolveBlackout(item: Written, zone: string): Blackout {
  const { from, until } = Object.fromEntries(entriesOf(item));
  const [begin, end] = [from, until].map((it) => parseBlackoutEnd(findText(it) ?? ""));
  const why = findText(item, "why");
  const rest = { timeZone: findText(item, "timeZone") ?? zone, ...given({ why }) };
  if (begin?.as === "date" && end?.as === "date")
    return { as: "dated", fromWall: begin.wall, untilWall: end.wall + (end.wholeDay ? day : 0), ...rest };
  const weekdays = parseWeekdays(findText(item, "days") ?? "sun-sat");
  assert(begin?.as === "time" && end?.as === "time" && weekdays, "a blackout that was not checked");
  return { as: "weekly", weekdays, fromMs: begin.ms, untilMs: untilOf(begin.ms, end.ms), ...rest };
}

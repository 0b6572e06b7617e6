import { parseCron } from "../../base/cron.ts";
import type { Problem } from "../../base/problem.ts";
import { checkBlackouts } from "./check-blackouts.ts";
import type { Judged } from "../text/judged.ts";
import { calendarDefaults } from "../resolve/defaults.ts";
import { judgeZone } from "./judge-zone.ts";
import { problemAt, placeOf, type Complaint } from "../text/problem-at.ts";
import { entriesOf, find, findText, type Written } from "../text/written.ts";

/** Checks that the schedule can be read and happens, and that retention keeps something. */
export function checkSchedule(judged: Judged): readonly Problem[] {
  const { policy, name } = judged;
  const cron = find(policy, "schedule", "cron");
  const zone = find(policy, "schedule", "timeZone");
  const problems: Problem[] = [];
  const cronComplaint = judgeCron(findText(cron));
  if (cron !== undefined && cronComplaint)
    problems.push(problemAt(placeOf(cron.origin, name), cronComplaint));
  const zoneComplaint = judgeZone(findText(zone));
  if (zone !== undefined && zoneComplaint)
    problems.push(problemAt(placeOf(zone.origin, name), zoneComplaint));
  const retention = find(policy, "retention");
  if (retention?.is === "map" && !hasRule(retention))
    problems.push(problemAt(placeOf(retention.origin, name), retentionEmpty));
  return [...problems, ...checkBlackouts(judged)];
}

/** Whether a retention says which points are kept, and not only by which calendar. */
export function hasRule(retention: Written): boolean {
  return entriesOf(retention).some(([key]) => !(key in calendarDefaults));
}

const retentionEmpty: Complaint = {
  code: "retention-empty",
  message: "The retention has no rule, so nothing says which points are kept.",
  hint: "Write at least one rule such as `daily: 14`, or remove `retention` to get the default.",
};

function judgeCron(text: string | undefined): Complaint | undefined {
  if (text === undefined) return undefined;
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 5)
    return wrongCron(text, `has ${fields.length} field${fields.length === 1 ? "" : "s"}, not five`);
  const strange = fields.find((field, at) =>
    field.split(",").some((part) => !understood[at]?.test(part) && isStrange(part)),
  );
  if (strange !== undefined) return wrongCron(text, `has \`${strange}\`, which is not understood here`);
  try {
    parseCron(text);
    return undefined;
  } catch {
    return wrongCron(text, "never happens, or has a number outside its field's range");
  }
}

/** What a field may say beside numbers, names, ranges and steps: the last day, the last or nth weekday. */
const understood: readonly (RegExp | undefined)[] = [
  undefined,
  undefined,
  /^L$/,
  undefined,
  /^[0-7](?:L|#[1-5])$/,
];

/** Letters that other schedulers know, and names of more or fewer letters than three. */
function isStrange(part: string): boolean {
  return !/^[0-9A-Za-z*/-]*$/.test(part) || /[LWH]/.test(part.replace(/[A-Za-z]{3}/g, ""));
}

function wrongCron(text: string, wrong: string): Complaint {
  return {
    code: "schedule-cron",
    message: `The schedule \`${text.slice(0, 60)}\` ${wrong}.`,
    hint: "Write minute, hour, day of month, month and day of week with numbers, names, `*`, `,`, `-` and `/`: `30 1 * * *` is every day at half past one.",
  };
}

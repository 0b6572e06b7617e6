import type { Problem } from "../../base/problem.ts";
import { acceptedByName } from "../../model/policy/acceptance.ts";
import { parseBlackoutEnd } from "../resolve/blackout-text.ts";
import type { Judged } from "../text/judged.ts";
import { placeOf, problemAt, type Complaint } from "../text/problem-at.ts";
import { find, findText, itemsOf, type Written } from "../text/written.ts";

/** Checks that no acceptance hides what nobody knows yet, and that each ends on a day that there is. */
export function checkAccepts({ policy, name }: Judged): readonly Problem[] {
  return itemsOf(find(policy, "accepts")).flatMap((item) => [
    ...judgeBreadth(item).map((it) => problemAt(placeOf(find(item, "risk")?.origin, item.origin, name), it)),
    ...judgeEnd(item).map((it) => problemAt(placeOf(find(item, "until")?.origin, item.origin, name), it)),
  ]);
}

function judgeBreadth(item: Written): readonly Complaint[] {
  const risk = findText(item, "risk") ?? "";
  if (!acceptedByName.has(risk) || find(item, "of") !== undefined) return [];
  return [
    {
      code: "acceptance-too-wide",
      message: `\`${risk}\` is accepted without \`of\`: it would hide whatever the site gets later.`,
      hint: "Add `of` with a part of what the risk names, such as `of: SUSDB`; write an entry for each thing.",
    },
  ];
}

/** Text that is no date at all is told by its shape. */
function judgeEnd(item: Written): readonly Complaint[] {
  const until = findText(item, "until");
  if (until === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(until)) return [];
  if (parseBlackoutEnd(until) !== undefined) return [];
  return [
    {
      code: "wrong-value",
      message: `\`until\` is \`${until}\`, a day that no calendar has.`,
      hint: "Write the last day on which the risk is accepted: year, month and day, such as `2027-06-01`.",
    },
  ];
}

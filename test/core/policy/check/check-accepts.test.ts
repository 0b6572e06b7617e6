import { expect, test } from "vitest";
import { policyText, toldOf } from "../policy-text.ts";

const wide =
  "acceptance-too-wide: `not-covered` is accepted without `of`: it would hide whatever the site gets later. / Add `of` with a part of what the risk names, such as `of: SUSDB`; write an entry for each thing.";
const noDay = (day: string) =>
  `wrong-value: \`until\` is \`${day}\`, a day that no calendar has. / Write the last day on which the risk is accepted: year, month and day, such as \`2027-06-01\`.`;

test.each([
  ["{ risk: page-verify-off, because: y }"],
  ["{ risk: not-covered, of: SUSDB, because: y, until: 2028-02-29 }"],
  ["{ risk: not-covered, because: y }", `7:19 ${wide}`],
  ["{ risk: not-covered, because: y, until: 2027-02-30 }", `7:19 ${wide}`, `7:51 ${noDay("2027-02-30")}`],
  ["{ risk: page-verify-off, because: y, until: 2027-02-29 }", `7:55 ${noDay("2027-02-29")}`],
  ["{ risk: page-verify-off, because: y, until: 2027-00-01 }", `7:55 ${noDay("2027-00-01")}`],
  [
    "{ risk: page-verify-off, because: y, until: 2027-6-1 }",
    "7:55 wrong-value: `accepts[0].until` must be a date such as `2027-06-01`, not `2027-6-1`. / Write a date such as `2027-06-01`.",
  ],
  [
    "{ risk: page-verify-off, because: y, until: 12027-02-30 }",
    "7:55 wrong-value: `accepts[0].until` must be a date such as `2027-06-01`, not `12027-02-30`. / Write a date such as `2027-06-01`.",
  ],
  [
    "{ risk: page-verify-off, because: y, until: 2027-02-300 }",
    "7:55 wrong-value: `accepts[0].until` must be a date such as `2027-06-01`, not `2027-02-300`. / Write a date such as `2027-06-01`.",
  ],
])("a risk is accepted with a bound: %s", (item, ...told) => {
  expect(toldOf(policyText({ accepts: `[${item}]` }))).toEqual(told);
});

test("each acceptance is judged by itself, and a mistyped key excuses a missing one", () => {
  const items = "{ risk: not-covered, because: y }, { risk: not-covered, because: z }";
  expect(toldOf(policyText({ accepts: `[${items}]` }))).toEqual([`7:19 ${wide}`, `7:54 ${wide}`]);
  expect(toldOf(policyText({ accepts: "[{ risk: not-covered, off: SUSDB, because: y }]" }))).toEqual([
    "7:32 unknown-key: The key `off` is not known in `accepts[0]`. / Did you mean `of`?",
  ]);
});

import { expect, test } from "vitest";
import { policyText, toldOf } from "../../policy/policy-text.ts";

test.each<readonly [patterns: string, ...told: readonly string[]]>([
  ["include: ['a', 'b/**'], exclude: ['**/*.log', '!keep.log', 'Temp/']"],
  ["exclude: ['a/**', '!a/b', '*.txt']"],
  [
    "exclude: ['{a,b']",
    "7:55 pattern-wrong: A `{` of the pattern is not closed. / Write `{a,b}` for a choice, or `[{]` for the sign itself.",
  ],
  [
    "include: [a, 'b[c'], exclude: ['../x']",
    "7:58 pattern-wrong: A `[` of the pattern has no `]` behind some signs, within one name. / Write `[abc]` or `[0-9]` for one of some signs, or `[[]` for the sign itself.",
    "7:76 pattern-wrong: `..` is no name that a file has. / Write the path as it is below the folder.",
  ],
  [
    "include: ['!a']",
    "7:55 pattern-wrong: A pattern of `include` begins with `!`, which takes back what other patterns leave out. / Write `a` under `exclude` to leave it out, or `{!,!}a` for a name that begins with the sign.",
  ],
  [
    "exclude: ['!top.txt', '**']",
    "7:55 pattern-wrong: The exception `!top.txt` has no effect: the last pattern that fits a file decides, and it is not the last. / Write it behind what it is an exception to: `exclude: ['**', '!top.txt']`.",
  ],
  [
    "exclude: ['a', '!b/top.txt', 'b/']",
    "7:60 pattern-wrong: The exception `!b/top.txt` has no effect: the last pattern that fits a file decides, and it is not the last. / Write it behind what it is an exception to: `exclude: ['**', '!b/top.txt']`.",
  ],
])("patterns are read with their policy: %s", (patterns, ...told) => {
  expect(toldOf(policyText({ sources: `{ x: { kind: folder, root: 'D:\\x', ${patterns} } }` }))).toEqual(
    told,
  );
});

test.each(["site-files, root: 'D:\\x'", "package-sources"])("those of %s too", (kind) => {
  const told = toldOf(policyText({ sources: `{ x: { kind: ${kind}, exclude: ['{a'] } }` }));
  expect(told.map((it) => it.split(" ")[1])).toEqual(["pattern-wrong:"]);
});

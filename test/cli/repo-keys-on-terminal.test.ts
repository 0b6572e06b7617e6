import { join } from "node:path";
import { expect, test } from "vitest";
import { policyFolder, slotsOf } from "../support/policy-folder.ts";
import { documentIn, hasTerminal, typeInto } from "../support/terminal.ts";

test.skipIf(!hasTerminal)(
  "a password is asked for twice on a terminal, and both have to be the same",
  async () => {
    const { policies, cache, repo } = policyFolder();
    await repo("init");
    const add = ["repo", "keys", "add", "--new-password", "--policies", policies];
    const type = (second: string) => {
      const answers = { "New password": "correct horse", "The same once more": second };
      return typeInto(add, answers, cache);
    };
    expect(await type("correct house")).toContain("the two are not the same");
    expect(await slotsOf(repo)).toHaveLength(1);
    const said = await type("correct horse");
    expect(said).toMatch(/Added the slot [0-9a-f]{16}/);
    expect(said).not.toContain("correct horse");
    expect((await slotsOf(repo)).map((it) => it.by).sort()).toEqual(["key-file", "password"]);
  },
);

test.skipIf(!hasTerminal)("with --json a no ends in a document, and the keys stay as they are", async () => {
  const { root, policies, cache, repo } = policyFolder();
  await repo("init");
  const [first] = await slotsOf(repo);
  const answerNo = async (...words: readonly string[]) => {
    const args = ["repo", "keys", ...words, "--json", "--policies", policies];
    return documentIn(await typeInto(args, { "[y/N]": "n" }, cache));
  };
  const [apiVersion, result] = ["sitekeep/keys/v1", "cancelled"];
  const keyFileMade = join(root, "next.key");
  await repo("keys", ["add", "--new-password-from", "env:ESCROW"], { ESCROW: "correct horse" });
  expect(await answerNo("remove", first!.id)).toEqual({ apiVersion, result });
  expect(await answerNo("rotate", first!.id, "--new-key-file", keyFileMade)).toEqual({
    apiVersion,
    keyFileMade,
    result,
  });
  const slots = await slotsOf(repo);
  expect(slots.map((it) => it.by).sort()).toEqual(["key-file", "password"]);
  expect(slots.map((it) => it.id)).toContain(first!.id);
});

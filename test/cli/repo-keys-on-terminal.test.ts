import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { policyFolder, slotsOf } from "../support/policy-folder.ts";

const hasTerminal = process.platform !== "win32" && existsSync("/usr/bin/script");

test.skipIf(!hasTerminal)(
  "a password is asked for twice on a terminal, and both have to be the same",
  async () => {
    const { policies, repo } = policyFolder();
    await repo("init");
    const add = `${process.execPath} dist/sitekeep.js repo keys add --new-password --policies ${policies}`;
    const type = (second: string) => typeInto(add, ["correct horse", second]);
    expect(await type("correct house")).toContain("the two are not the same");
    expect(await slotsOf(repo)).toHaveLength(1);
    const said = await type("correct horse");
    expect(said).toMatch(/Added the slot [0-9a-f]{16}/);
    expect(said).not.toContain("correct horse");
    expect((await slotsOf(repo)).map((it) => it.by).sort()).toEqual(["key-file", "password"]);
  },
);

/** Runs a command line on a terminal of its own, and answers each question as it comes. */
function typeInto(line: string, answers: readonly string[]): Promise<string> {
  const child = spawn("/usr/bin/script", ["-qec", line, "/dev/null"], { stdio: ["pipe", "pipe", "inherit"] });
  const questions = ["New password", "The same once more"];
  let said = "";
  let answered = 0;
  child.stdout.on("data", (part: Buffer) => {
    said += part.toString();
    if (answered < answers.length && said.includes(questions[answered]!))
      child.stdin.write(`${answers[answered++]}\r`);
  });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  child.once("error", reject).once("close", () => resolve(said));
  return promise;
}

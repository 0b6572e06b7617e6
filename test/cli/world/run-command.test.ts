import { expect, test } from "vitest";
import { runCommand } from "../../../src/cli/world/run-command.ts";

const node = (script: string, input?: string) =>
  runCommand({
    line: [process.execPath, "-e", script],
    timeoutMs: 20_000,
    ...(input !== undefined && { input }),
  });
const echo = "process.stdin.pipe(process.stdout)";

test("a program reads what it is told, to its end", async () => {
  expect(await node(echo, "Y\r\n")).toEqual({ exitCode: 0, stdout: "Y\r\n", stderr: "" });
});

test("a program that is told nothing finds its input at its end", async () => {
  expect(await node(echo)).toEqual({ exitCode: 0, stdout: "", stderr: "" });
});

test("a program that ends without reading what it is told ends as it says", async () => {
  const input = "Y\r\n".repeat(100_000);
  expect(await node("process.exit(7)", input)).toMatchObject({ exitCode: 7 });
});

test("a program that is not there, or does not end, is a problem that says so", async () => {
  const missing = runCommand({ line: ["no-such-program"], timeoutMs: 1000 });
  await expect(missing).rejects.toMatchObject({
    problem: { code: "command-failed", message: "no-such-program is not on this machine." },
  });
  const late = runCommand({ line: [process.execPath, "-e", "setInterval(() => {}, 1000)"], timeoutMs: 500 });
  await expect(late).rejects.toMatchObject({
    problem: { message: expect.stringMatching(/did not end within .* and was stopped/) },
  });
});

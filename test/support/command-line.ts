import { expect } from "vitest";
import { main } from "../../src/cli/main.ts";
import type { Ran } from "./program.ts";

/** Variables that decide how text looks, as `runProgram` sets them. */
const plainText = { NO_COLOR: "1", FORCE_COLOR: undefined };

let isRunning = false;

/**
 * Runs a command line as the program does, but within this process: a test that asks for dozens of them pays
 * for one start. What the start itself does, a terminal or a signal is a matter for `runProgram`. A command
 * that leaves something open would keep the program from ending, so it fails here.
 */
export async function runHere(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  if (isRunning) throw new Error("One command line at a time: they share the process's output.");
  isRunning = true;
  const openBefore = openResources();
  const leave = enter({ ...plainText, ...environment });
  try {
    const code = await main(args);
    return { code, ...leave() };
  } finally {
    leave();
    isRunning = false;
    await expectClosed(openBefore, args);
  }
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Takes the output and sets the variables, until told to put all back and to hand over what was written. */
function enter(environment: Variables): () => Omit<Ran, "code"> {
  const streams = [process.stdout, process.stderr].map((stream) => takeOutput(stream));
  const before = Object.fromEntries(Object.keys(environment).map((name) => [name, process.env[name]]));
  setVariables(environment);
  return () => {
    const [out, err] = streams.map((it) => it());
    setVariables(before);
    return { out: out!, err: err! };
  };
}

function setVariables(variables: Variables): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

/** Keeps what is written to a stream, and who listens to it, from the process. */
function takeOutput(stream: NodeJS.WriteStream): () => string {
  const parts: string[] = [];
  const { write } = stream;
  const listeners = stream.listeners("error");
  stream.write = (part: unknown) => {
    parts.push(typeof part === "string" ? part : Buffer.from(part as Uint8Array).toString());
    return true;
  };
  return () => {
    stream.write = write;
    for (const listener of stream.listeners("error"))
      if (!listeners.includes(listener)) stream.off("error", listener as () => void);
    return parts.join("");
  };
}

/** Kinds of things that keep a process from ending, with how many of each are open. */
function openResources(): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** What is being closed may take a moment; timers of the test runner come and go. */
async function expectClosed(
  before: Readonly<Record<string, number>>,
  args: readonly string[],
): Promise<void> {
  const left = () =>
    Object.entries(openResources()).filter(
      ([kind, count]) => kind !== "Timeout" && kind !== "Immediate" && count > (before[kind] ?? 0),
    );
  await expect.poll(left, { message: `left open by ${args.join(" ")}`, timeout: 5000 }).toEqual([]);
}

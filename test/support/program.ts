import { spawn } from "node:child_process";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The program while it runs. */
export interface Running {
  /** Resolves once a line of its output matches; rejects when it ends before. Lines count once: the next call looks further on. */
  until(line: RegExp): Promise<void>;
  /** What Ctrl-C does. */
  interrupt(): void;
  readonly ended: Promise<Ran>;
}

/** Runs the built program as a process of its own and waits for its end. */
export function runProgram(args: readonly string[], environment: Record<string, string> = {}): Promise<Ran> {
  return startProgram(args, environment).ended;
}

/** Starts the built program as a process of its own. */
export function startProgram(args: readonly string[], environment: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, ["dist/sitekeep.js", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined, NODE_NO_WARNINGS: "1", ...environment },
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (part: Buffer) => (out += part.toString()));
  child.stderr.on("data", (part: Buffer) => (err += part.toString()));
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once("error", reject).once("close", (code) => resolve(code ?? -1));
  const ended = promise.then((code): Ran => ({ code, out, err }));

  let seen = 0;
  const find = (line: RegExp): boolean => {
    const lines = out.slice(seen).split("\n");
    const at = lines.findIndex((text) => line.test(text));
    if (at >= 0) seen += lines.slice(0, at + 1).join("\n").length;
    return at >= 0;
  };
  const until = async (line: RegExp): Promise<void> => {
    const found = Promise.withResolvers<void>();
    const look = () => find(line) && found.resolve();
    look();
    child.stdout.on("data", look);
    const tooEarly = ended.then((ran) => {
      throw new Error(`The program ended with ${ran.code} before ${line}:\n${ran.out}\n${ran.err}`);
    });
    try {
      await Promise.race([found.promise, tooEarly]);
    } finally {
      child.stdout.off("data", look);
    }
  };
  return { until, interrupt: () => void child.kill("SIGINT"), ended };
}

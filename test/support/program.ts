import { spawn } from "node:child_process";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The program while it runs. */
export interface Running {
  /**
   * Resolves once a line of its output matches, and looks on from there the next time. Rejects when it ends
   * before, or is silent for long.
   */
  until(line: RegExp): Promise<void>;
  /** What Ctrl-C does. */
  interrupt(): void;
  /** Ends it whatever it does. */
  kill(): void;
  readonly ended: Promise<Ran>;
}

const untilMs = 30_000;

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
  let [out, err, both] = ["", "", ""];
  child.stdout.on("data", (part: Buffer) => ((out += part.toString()), (both += part.toString())));
  child.stderr.on("data", (part: Buffer) => ((err += part.toString()), (both += part.toString())));
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once("error", reject).once("close", (code) => resolve(code ?? -1));
  const ended = promise.then((code): Ran => ({ code, out, err }));

  let seen = 0;
  const find = (line: RegExp): boolean => {
    const lines = both.slice(seen).split("\n");
    const at = lines.findIndex((text) => line.test(text));
    if (at >= 0) seen += lines.slice(0, at + 1).join("\n").length;
    return at >= 0;
  };
  const until = async (line: RegExp): Promise<void> => {
    const found = Promise.withResolvers<void>();
    const look = () => find(line) && found.resolve();
    look();
    for (const stream of [child.stdout, child.stderr]) stream.on("data", look);
    const tooEarly = ended.then(({ code }) => {
      throw new Error(`The program ended with ${code} before ${line}:\n${both}`);
    });
    const timer = setTimeout(
      () => found.reject(new Error(`Not within ${untilMs} ms: ${line}\n${both}`)),
      untilMs,
    );
    try {
      await Promise.race([found.promise, tooEarly]);
    } finally {
      clearTimeout(timer);
      for (const stream of [child.stdout, child.stderr]) stream.off("data", look);
    }
  };
  return { until, interrupt: () => void child.kill("SIGINT"), kill: () => void child.kill("SIGKILL"), ended };
}

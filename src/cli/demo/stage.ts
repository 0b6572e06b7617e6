import { spawn, type ChildProcess } from "node:child_process";
import type { Screen } from "../command/screen.ts";

/** Where the demo plays: it tells, runs real commands of the program, and shows what they print. */
export interface Stage {
  readonly lab: string;
  /** Begins a chapter. */
  chapter(title: string): void;
  tell(text: string): void;
  /** Runs `sitekeep …` on the lab, shows it, and stops the demo unless it ends with this exit code. */
  run(args: readonly string[], exitCode?: number): Promise<string>;
  /** Starts `sitekeep …` on the lab and leaves it running; its lines are shown as they come. */
  start(args: readonly string[]): Running;
}

export interface Running {
  /** Resolves when a line of the output has this text. */
  said(text: string): Promise<void>;
  stop(): Promise<void>;
}

/** Longest wait for something that a running command should say. */
const patienceMs = 60_000;

/** Makes a stage over a lab folder and a screen. */
export function makeStage(lab: string, screen: Screen): Stage {
  const { tell, paint } = screen;
  let chapters = 0;
  return {
    lab,
    chapter: (title) =>
      tell(
        `\n${paint("bold", `── ${(chapters += 1)}. ${title} ${"─".repeat(Math.max(3, 72 - title.length))}`)}`,
      ),
    tell: (text) => tell(paint("dim", text)),
    async run(args, exitCode = 0) {
      tell(`\n${paint("bold", `$ sitekeep ${args.map(quoted).join(" ")}`)}`);
      const child = spawnProgram(lab, args);
      let text = "";
      listen(child, (part) => {
        text += part;
        process.stdout.write(part);
      });
      const code = await ended(child);
      if (code === exitCode) return text;
      throw new Error(
        `The demo expected exit code ${exitCode} of \`sitekeep ${args.join(" ")}\`, and it was ${code}.`,
      );
    },
    start(args) {
      tell(`\n${paint("bold", `$ sitekeep ${args.join(" ")} &`)}`);
      return keepRunning(spawnProgram(lab, args));
    },
  };
}

function spawnProgram(lab: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [process.argv[1]!, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      SITEKEEP_LAB: lab,
      ...(process.stdout.isTTY && !process.env["NO_COLOR"] && { FORCE_COLOR: "1" }),
    },
  });
}

function listen(child: ChildProcess, take: (text: string) => void): void {
  child.stdout!.on("data", (part: Buffer) => take(part.toString()));
  child.stderr!.on("data", (part: Buffer) => take(part.toString()));
}

function ended(child: ChildProcess): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once("error", reject).once("close", (code) => resolve(code ?? 1));
  return promise;
}

function keepRunning(child: ChildProcess): Running {
  let heard = "";
  let wake = () => {};
  listen(child, (part) => {
    heard += part;
    process.stdout.write(part);
    wake();
  });
  return {
    async said(text) {
      const deadline = Date.now() + patienceMs;
      for (let at = heard.indexOf(text); at < 0; at = heard.indexOf(text)) {
        if (Date.now() > deadline) throw new Error(`The demo waited in vain for \`${text}\`.`);
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        const timer = setTimeout(resolve, 1_000);
        await promise;
        clearTimeout(timer);
      }
      heard = heard.slice(heard.indexOf(text) + text.length);
    },
    async stop() {
      child.kill("SIGINT");
      await ended(child);
    },
  };
}

function quoted(argument: string): string {
  return /^[\w./:~=-]+$/.test(argument) ? argument : `'${argument}'`;
}

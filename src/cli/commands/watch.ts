import { spawn } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { watch as watchFolder } from "chokidar";
import { formatMinute, minute, parseDuration } from "../../core/base/instant.ts";
import type { PolicyFile } from "../../core/model/policy-document.ts";
import { countWords } from "../../core/report/count-words.ts";
import type { Paint } from "../../core/report/paint.ts";
import { renderProblems } from "../../core/report/render-problems.ts";
import { watch, type Wake, type WatchEvent } from "../../engine/watch.ts";
import { textOption, type CommandCall, type RunCommand } from "../command.ts";
import { invalidOption } from "../invalid-option.ts";
import { exitCode } from "../exit-code.ts";
import { withSession } from "../open-session.ts";
import { watchWords } from "../watch-words.ts";

const defaultEveryMs = 15 * minute;
/** An editor writes a file in several steps: they count as one change. */
const quietMs = 200;

/** `sitekeep watch`: policy files and the clock in, runs out. Each run is a process of its own (decisions.md 22). */
export const run: RunCommand = (call) =>
  withSession(call, async ({ session, policies: folder }) => {
    const everyMs = everyOption(call);
    const changes = watchChanges(folder);
    const place = await session.world.makeTemporaryFolder();
    try {
      await watch(session, {
        folder,
        everyMs,
        policiesChanged: () => changes.next(),
        apply: (files) => applyInChild(call, { folder, files, place: place.path }),
        tell: (event) => tell(call, event, session.now()),
      });
    } finally {
      await changes.close();
      await place.remove();
    }
    return exitCode.done;
  });

function everyOption(call: CommandCall): number {
  const text = textOption(call, "every");
  const everyMs = text === undefined ? defaultEveryMs : parseDuration(text);
  if (everyMs === undefined || everyMs < 1000)
    throw invalidOption("--every", `${text} is no length of time`, "Write it as 15m or 1h.");
  return everyMs;
}

interface Changes {
  /** Resolves at the next change that nobody was told of. */
  next(): Promise<void>;
  close(): Promise<void>;
}

function watchChanges(folder: string): Changes {
  let pending = false;
  let wake: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  const watcher = watchFolder(folder, { ignoreInitial: true }).on("all", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      pending = true;
      wake?.();
    }, quietMs);
  });
  return {
    next: () =>
      new Promise((done) => {
        wake = () => {
          if (!pending) return;
          pending = false;
          wake = undefined;
          done();
        };
        wake();
      }),
    async close() {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}

interface ChildRun {
  readonly folder: string;
  readonly files: readonly PolicyFile[];
  readonly place: string;
}

/** Applies a copy of the policies that are in force: the folder itself may hold a broken edit. */
async function applyInChild(call: CommandCall, { folder, files, place }: ChildRun): Promise<number> {
  const policies = join(place, "policies");
  await rm(policies, { recursive: true, force: true });
  for (const { path, text } of files) {
    const inside = relative(resolve(folder), resolve(path));
    const target = join(policies, inside === "" ? "policy.yaml" : inside);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
  const passed = (["machine", "lab"] as const).flatMap((name) => {
    const value = textOption(call, name);
    return value === undefined ? [] : [`--${name}`, value];
  });
  const args = [process.argv[1]!, "apply", "--yes", "--policies", policies, ...passed];
  const child = spawn(process.execPath, args, {
    stdio: "inherit",
    env: { ...process.env, SITEKEEP_TRIGGER: "watch" },
  });
  const stop = () => child.kill("SIGINT");
  call.signal.addEventListener("abort", stop, { once: true });
  const { promise, resolve: done, reject } = Promise.withResolvers<number>();
  child.once("error", reject).once("close", (code) => done(code ?? exitCode.error));
  return promise.finally(() => call.signal.removeEventListener("abort", stop));
}

function tell(call: CommandCall, event: WatchEvent, now: number): void {
  const { out, err, paint } = call.screen;
  const at = paint("dim", formatMinute(now));
  switch (event.what) {
    case "in-force":
      return out(`${at} ${policyCount(event.policies.length)} in force (${wakeWords[event.wake]}).`);
    case "broken-edit":
      err(renderProblems(event.problems));
      return err(`${at} ${brokenWords(event.stillInForce, paint)}`);
    case "applied":
      return out(
        `${at} ${watchWords.ended} ${event.exitCode} (${wakeWords[event.why]}); looking again at ${formatMinute(event.nextAt)}.`,
      );
  }
}

const wakeWords: Readonly<Record<Wake, string>> = {
  started: "started",
  "policies-changed": watchWords.changed,
  due: "due",
  "looked-again": "looked again",
};

function policyCount(count: number): string {
  return countWords(count, "policy", "policies");
}

function brokenWords(stillInForce: number, paint: Paint): string {
  if (stillInForce === 0) return paint("bad", "No policy is in force: waiting until they can be read.");
  return `${paint("bad", watchWords.notTaken)} In force as before: ${policyCount(stillInForce)}.`;
}

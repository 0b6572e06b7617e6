import { resolve } from "node:path";
import { watch as watchFolder } from "chokidar";
import { formatMinute, minute, second } from "../../core/base/instant.ts";
import type { PolicyFile } from "../../core/model/policy/policy-document.ts";
import { countWords } from "../../core/report/words/count-words.ts";
import type { Paint } from "../../core/report/words/paint.ts";
import { renderProblems } from "../../core/report/render-problems.ts";
import { watch, type Wake, type WatchEvent } from "../../engine/watch.ts";
import { textOption, type CommandCall, type RunTextCommand } from "../command/command.ts";
import { durationOption } from "../options/duration-option.ts";
import { exitCode } from "../command/exit-code.ts";
import { leftOutLine } from "../session/beside-left-out.ts";
import { runOnPolicies } from "../session/hand-on-policies.ts";
import { withSession } from "../session/open-session.ts";
import { watchWords } from "../screen/watch-words.ts";

const defaultEveryMs = 15 * minute;
/** An editor writes a file in several steps: they count as one change. */
const quietMs = 200;

/**
 * `sitekeep watch`: policy files and the clock in, runs out. Each run is a process of its own, so that none
 * leaves anything to the next and a run that dies takes nobody with it.
 */
export const run: RunTextCommand = (call) =>
  withSession(call, async ({ session, policies: folder }) => {
    const everyMs = durationOption(call, "every", {
      otherwise: defaultEveryMs,
      atLeast: second,
      as: "15m or 1h",
    });
    const changes = watchChanges(folder);
    try {
      await watch(session, {
        folder,
        folderEverywhere: resolve(folder),
        everyMs,
        policiesChanged: () => changes.next(),
        apply: (files) => applyInChild(call, folder, files),
        tell: (event) => tell(call, event, session.now()),
      });
    } finally {
      await changes.close();
    }
    return { exitCode: exitCode.done };
  });

interface Changes {
  /** Resolves at the next change that nobody was told of. */
  next(): Promise<void>;
  close(): Promise<void>;
}

function watchChanges(folder: string): Changes {
  let pending = false;
  let wake: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  const note = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      pending = true;
      wake?.();
    }, quietMs);
  };
  // What can't be watched is told by whoever reads it next.
  const watcher = watchFolder(folder, { ignoreInitial: true }).on("all", note).on("error", note);
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

function applyInChild(call: CommandCall, folder: string, files: readonly PolicyFile[]): Promise<number> {
  const passed = (["machine", "lab"] as const).flatMap((name) => {
    const value = textOption(call, name);
    return value === undefined ? [] : [`--${name}`, value];
  });
  return runOnPolicies(["apply", "--yes", "--policies", folder, ...passed], files, call.signal);
}

function tell(call: CommandCall, event: WatchEvent, now: number): void {
  const { tell: say, remark, paint } = call.screen;
  const at = paint("dim", formatMinute(now));
  switch (event.what) {
    case "in-force":
      return say(`${at} ${policyCount(event.policies.length)} in force (${wakeWords[event.wake]}).`);
    case "broken-edit":
      remark(renderProblems(event.problems));
      return remark(`${at} ${stillWords(watchWords.notTaken, event.stillInForce, paint)}`);
    case "policies-lost":
      remark(renderProblems(event.problems));
      return remark(`${at} ${stillWords(watchWords.lost, event.stillInForce, paint)}`);
    case "not-delivered":
      return remark(renderProblems(event.problems));
    case "applied":
      if (event.errors.length > 0) remark(leftOutLine(event.errors, paint));
      return say(
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

function stillWords(what: string, stillInForce: number, paint: Paint): string {
  if (stillInForce === 0) return paint("bad", "No policy is in force: waiting until they can be read.");
  return `${paint("bad", what)} In force: ${policyCount(stillInForce)}.`;
}

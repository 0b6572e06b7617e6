import type { Problem } from "../../core/base/problem.ts";
import type { Hook } from "../../core/model/policy/resolved-policy.ts";
import { problemOf } from "../session/problems.ts";
import { requireAllowed } from "../session/secrets.ts";
import type { Session } from "../session/session.ts";

/**
 * What a hook is told, as environment variables: never as arguments, which every account of the machine can
 * read.
 */
export interface HookFacts {
  readonly site: string;
  readonly when: "before" | "after";
  /** `done`, `some-failed`, or `pending` before the captures. */
  readonly result: string;
  readonly snapshots: readonly string[];
}

/** Runs one hook and says what was wrong with it, if anything. */
export async function runHook(session: Session, hook: Hook, facts: HookFacts): Promise<Problem | undefined> {
  const where = `${facts.site} hook ${hook.run[0]}`;
  try {
    requireAllowed(session.world, hook.run[0] ?? "", `a hook of ${facts.site}`);
    const environment = {
      SITEKEEP_SITE: facts.site,
      SITEKEEP_WHEN: facts.when,
      SITEKEEP_RESULT: facts.result,
      SITEKEEP_SNAPSHOTS: facts.snapshots.join(","),
    };
    const { exitCode, stderr } = await session.world.run({
      line: hook.run,
      timeoutMs: hook.timeoutMs,
      signal: session.signal,
      environment,
    });
    return exitCode === 0
      ? undefined
      : hookFailed(where, hook, exitCode, session.redactor.clean(lastLine(stderr)));
  } catch (thrown) {
    return { ...problemOf(thrown, where, session.redactor), severity: severityOf(hook) };
  }
}

/** Whatever became of a hook, its policy says how bad that is. */
function severityOf({ onFailure }: Hook): Problem["severity"] {
  return onFailure === "fail" ? "error" : "risk";
}

function hookFailed(where: string, hook: Hook, exitCode: number, said: string): Problem {
  return {
    code: "hook-failed",
    severity: severityOf(hook),
    message: `The hook ${hook.run[0]} ended with ${exitCode}${said ? `: ${said}` : ""}.`,
    where,
    hint: "Run it by hand with the same account; its environment variables are in docs/policy.md.",
  };
}

function lastLine(text: string): string {
  return text.trim().split(/\r?\n/).at(-1) ?? "";
}

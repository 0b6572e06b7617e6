import { type Instant, isInstant } from "../base/instant.ts";
import { isJsonObject } from "../base/json.ts";
import type { Json, JsonObject } from "../base/json.ts";
import type { Outcome } from "./outcome.ts";

/**
 * One execution of a plan by one machine: written once when it starts and once when it ends, never edited.
 * A run that started and never finished is shown as interrupted.
 */
export interface Run {
  /** `<machine>-<sequence>`, the sequence in eight digits: runs of one machine sort and chain. */
  readonly id: string;
  /** The machine's name, in small letters. */
  readonly machine: string;
  /** The machine's runs, counted from 1. */
  readonly sequence: number;
  /** When the run began, by the clock of that machine. */
  readonly startedAt: Instant;
  /**
   * What started the run: `sitekeep apply`, `apply` with a saved plan, `capture`, `capture` that the
   * site's own task has handed over to, `copy`, or the watch.
   */
  readonly trigger: "apply" | "saved-plan" | "capture" | "hand-over" | "copy" | "watch";
  /**
   * SHA-256 of the plan's canonical JSON. A saved plan is applied once: a run with its digest exists then.
   */
  readonly planDigest: string;
  /** Codes of the sites that the plan has steps for or speaks of. */
  readonly sites: readonly string[];
  /** Digest of the machine's previous run: one hash chain a machine. */
  readonly previous?: string;
  /** How the run ended. Absent while it goes on, and for ever when it was cut off. */
  readonly finished?: RunFinish;
}

/** How a run ended. */
export interface RunFinish {
  /** When the last step had ended. */
  readonly at: Instant;
  /** What became of each step of all sites, in the order in which they ended. */
  readonly outcomes: readonly Outcome[];
  /** `some-failed`: something isn't done, a source that was skipped included. */
  readonly result: "done" | "some-failed" | "cancelled";
}

/** Whether a record is the start of a run: what a later version adds to it does no harm. */
export function isRunStart(record: JsonObject): boolean {
  return (
    hasTexts(record, ["id", "machine", "trigger", "planDigest"]) &&
    Number.isSafeInteger(record["sequence"]) &&
    isInstant(record["startedAt"]) &&
    isListOf(record["sites"], (it) => typeof it === "string")
  );
}

/** Whether a record is the end of a run, with outcomes that can be counted and shown. */
export function isRunFinish(record: JsonObject): boolean {
  return hasTexts(record, ["result"]) && isInstant(record["at"]) && isListOf(record["outcomes"], isOutcome);
}

function isOutcome(value: Json): boolean {
  if (!isJsonObject(value) || !hasTexts(value, ["site", "title", "result"])) return false;
  const { startedAt, finishedAt, forgot, forgotCopy, problem } = value;
  return (
    isInstant(startedAt) &&
    isInstant(finishedAt) &&
    (forgot === undefined || isInstant(forgot)) &&
    (forgotCopy === undefined || isForgottenCopy(forgotCopy)) &&
    (problem === undefined || isProblem(problem))
  );
}

function isForgottenCopy(value: Json): boolean {
  return isJsonObject(value) && hasTexts(value, ["repository"]) && isInstant(value["point"]);
}

function isProblem(value: Json): boolean {
  return isJsonObject(value) && hasTexts(value, ["code", "severity", "message", "where", "hint"]);
}

function hasTexts(object: JsonObject, members: readonly string[]): boolean {
  return members.every((member) => typeof object[member] === "string");
}

function isListOf(value: Json | undefined, isItem: (item: Json) => boolean): boolean {
  return Array.isArray(value) && (value as readonly Json[]).every(isItem);
}

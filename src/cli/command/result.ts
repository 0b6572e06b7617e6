import type { Problem } from "../../core/base/problem.ts";
import { renderProblems } from "../../core/report/render-problems.ts";
import type { Paint } from "../../core/report/words/paint.ts";
import { exitCode, type ErrorCode, type ExitCode, type UsualCode } from "./exit-code.ts";

/**
 * What a command has to say when it has ended, and what it ends with. It is printed once, by
 * `print-result.ts`, in the form that was asked for; what the other forms would take is not made.
 */
export interface CommandResult<Code extends ExitCode = ExitCode> {
  readonly exitCode: Code;
  /** What `--json` prints: a shape of docs/json.md. */
  readonly document?: () => Document;
  /** The words for people. A command that has told everything while it ran has none left. */
  readonly text?: (paint: Paint) => Words;
  /** The words of other forms, by the names that `--format` gives them. */
  readonly formats?: Readonly<Record<string, (paint: Paint) => Words>>;
  /** What is said on standard error behind the result, whatever its form. */
  readonly remarks?: readonly string[];
}

/** The result of a command that has `--json`. */
export interface DocumentResult<Code extends ExitCode = UsualCode> extends CommandResult<Code> {
  readonly document: () => Document;
}

/** One JSON document. Its version says what its members are. */
export interface Document {
  readonly apiVersion: `sitekeep/${string}/v1`;
  readonly [member: string]: unknown;
}

/**
 * Pieces of text in their order, each of one line or several. A remark goes to standard error, the rest to
 * standard output.
 */
export type Words = readonly (string | Remark)[];

export interface Remark {
  readonly remark: string;
}

/** The result of a command that problems kept from its work. */
export function refused(problems: readonly Problem[]): DocumentResult<ErrorCode> {
  return {
    exitCode: exitCode.error,
    document: () => ({ apiVersion: "sitekeep/problems/v1", problems }),
    text: () => [{ remark: renderProblems(problems) }],
  };
}

/** The result of a command whose question was answered with no: what was asked for is not done. */
export function cancelled(
  document: Document & { readonly result: "cancelled" },
  words = "Nothing was done.",
): DocumentResult<ErrorCode> {
  return { exitCode: exitCode.error, document: () => document, text: () => [{ remark: words }] };
}

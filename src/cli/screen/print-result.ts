import type { CommandResult, Words } from "../command/result.ts";
import type { Terminal } from "./terminal.ts";

/** How a result was asked for. */
export interface ResultForm {
  /** One JSON document is asked for, instead of text. */
  readonly json: boolean;
  /** The value of `--format`. */
  readonly format?: string;
}

/** Prints what a command has to say. Nothing else writes a result. */
export function printResult(terminal: Terminal, result: CommandResult, form: ResultForm): void {
  if (form.json) terminal.out(documentText(result));
  else for (const piece of wordsOf(result, terminal, form)) writePiece(terminal, piece);
  for (const remark of result.remarks ?? []) terminal.err(remark);
}

function documentText({ document }: CommandResult): string {
  if (document === undefined) throw new Error("A command has --json, and no document to print.");
  return JSON.stringify(document(), undefined, 2);
}

function wordsOf({ text, formats }: CommandResult, { paint }: Terminal, { format }: ResultForm): Words {
  const formatted = format === undefined ? undefined : formats?.[format];
  return formatted?.(paint) ?? text?.(paint) ?? [];
}

function writePiece({ out, err }: Terminal, piece: Words[number]): void {
  if (typeof piece === "string") out(piece);
  else err(piece.remark);
}

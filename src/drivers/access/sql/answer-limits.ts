import { SqlError, type SqlRow } from "./sql-runner.ts";

/**
 * How much of one answer is taken. What a real site answers is far below: tens of thousands of package
 * sources are a few dozen mebibytes, and the longest restore says some hundred sentences.
 */
export interface AnswerLimits {
  readonly rows: number;
  /** Bytes as they come over the wire or out of a command, and as they lie in memory. */
  readonly bytes: number;
  /** What a server says beside its rows. */
  readonly messages: number;
}

export const answerLimits: AnswerLimits = { rows: 200_000, bytes: 64 * 1024 * 1024, messages: 100_000 };

/** Errors of one statement that are kept. A check of a damaged database may report any number of them. */
export const errorsKept = 200;

/** What of an answer was more than is taken, or that its rows can't be told apart. */
type Excess = keyof AnswerLimits | "time" | "form";

/** An answer that has no end, is larger than any is, or can't be read: no part of it counts. */
export class AnswerError extends SqlError {
  readonly excess: Excess;

  constructor(excess: Excess, text: string) {
    super("answer", [{ number: 0, severity: 16, text }]);
    this.excess = excess;
  }
}

/** The answer did not come whole in time. What it came through was ended. */
export function lateAnswer(limitMs: number, ended: "connection" | "command"): AnswerError {
  return new AnswerError(
    "time",
    `No whole answer came within ${limitMs / 1000} s, and the ${ended} was ended.`,
  );
}

/** Counts what comes of one answer, and calls once when it is more than is taken. */
export function answerMeter(limits: AnswerLimits, onExcess: (error: AnswerError) => void) {
  const counted = { rows: 0, messages: 0, bytes: 0 };
  let isOver = false;
  const count = (excess: keyof AnswerLimits, more: number): void => {
    counted[excess] += more;
    if (isOver || counted[excess] <= limits[excess]) return;
    isOver = true;
    onExcess(tooLarge(excess, limits[excess]));
  };
  return {
    row(row: SqlRow): void {
      count("rows", 1);
      count("bytes", bytesOf(row));
    },
    bytes: (more: number): void => count("bytes", more),
    message: (): void => count("messages", 1),
  };
}

/** What a cell takes beside its content. */
const cellBytes = 16;

function bytesOf(row: SqlRow): number {
  let bytes = 0;
  for (const value of Object.values(row)) {
    bytes += cellBytes;
    if (typeof value === "string") bytes += value.length * 2;
    else if (value instanceof Uint8Array) bytes += value.byteLength;
  }
  return bytes;
}

export function tooLarge(excess: keyof AnswerLimits, limit: number): AnswerError {
  const more = {
    rows: `has more than ${grouped(limit)} rows`,
    bytes: `is larger than ${grouped(Math.ceil(limit / 1024))} KiB`,
    messages: `holds more than ${grouped(limit)} messages`,
  };
  return new AnswerError(excess, `The answer ${more[excess]}: it was ended, and no part of it counts.`);
}

function grouped(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

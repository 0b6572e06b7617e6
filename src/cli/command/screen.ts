import type { Paint } from "../../core/report/words/paint.ts";

/** What a command says while it works goes through here; what it has to say at its end it gives back. */
export interface Screen {
  /**
   * Tells a person how the work goes on, on standard output. Where that is kept for a document nothing is
   * said, and the text is not made.
   */
  tell(text: string | (() => string)): void;
  /** Says at once on standard error what the result is to be read with, whatever its form. */
  remark(text: string): void;
  /** Colours for standard output: none unless it is a terminal that wants them. */
  readonly paint: Paint;
  readonly columns: number;
  /** A person can be asked something. */
  readonly interactive: boolean;
  /** The longest list that a person is shown the whole of; a document has all of any. */
  readonly longestList: number;
  /** The result is to be one JSON document: standard output is kept for it, questions included. */
  readonly awaitsDocument: boolean;
}

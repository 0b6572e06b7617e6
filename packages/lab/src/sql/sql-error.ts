import type { ServerMessage } from "../tds/session.ts";

/** An error that ends a statement, as the client sees it. */
export class SqlError extends Error {
  override readonly name = "SqlError";
  readonly number: number;
  readonly class: number;
  readonly state: number;

  constructor(
    number: number,
    text: string,
    detail: { readonly class?: number; readonly state?: number } = {},
  ) {
    super(text);
    this.number = number;
    this.class = detail.class ?? 16;
    this.state = detail.state ?? 1;
  }
}

/** What the lab can't do is said, with the number of a syntax error: it must never answer wrongly. */
export function unsupported(what: string): SqlError {
  return new SqlError(102, `Incorrect syntax: the lab does not serve ${what}.`, { class: 15 });
}

export function toMessage(error: SqlError): ServerMessage {
  return { number: error.number, class: error.class, state: error.state, text: error.message };
}

/** A message of severity 0 to 10. */
export function information(number: number, text: string): ServerMessage {
  return { number, class: 0, state: 1, text };
}

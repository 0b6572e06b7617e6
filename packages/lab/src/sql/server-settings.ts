/** The languages in which a simulated server words its messages. */
export type ServerLanguage = "english" | "spanish" | "japanese";

/** What can be set of a running instance from outside, and holds from the next statement on. */
export interface ServerSettings {
  readonly language: ServerLanguage;
  /** Rights that logins were stripped of, by user; each named as DENY names it. */
  readonly denied: Readonly<Record<string, readonly string[]>>;
}

export const plainSettings: ServerSettings = { language: "english", denied: {} };

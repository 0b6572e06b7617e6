/** Exit codes, the same for every command (docs/commands.md). */
export const exitCode = {
  /** Done, or nothing to do. */
  done: 0,
  /** An error; nothing half done. */
  error: 1,
  /** Changes are pending: `plan --detailed-exitcode`. */
  pending: 2,
  /** Applied, and some steps failed. */
  someFailed: 3,
  /** A promise is broken: `status --check`. */
  broken: 4,
  /** Stopped before its end: by Ctrl-C or a signal, or a question that was left unanswered. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** What any command may end with. */
export type UsualCode = typeof exitCode.done | ErrorCode;

/** What any command ends with when it is kept from its work. */
export type ErrorCode = typeof exitCode.error;

/** What those commands alone may end with that say so in the table. */
export type RareCode = Exclude<ExitCode, UsualCode | typeof exitCode.interrupted>;

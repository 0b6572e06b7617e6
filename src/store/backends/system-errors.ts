/** Passes errors of the system on but for those that are expected here. */
export function ignoreIf(error: unknown, ...codes: readonly string[]): undefined {
  if (!codes.includes(codeOf(error))) throw error;
  return undefined;
}

/** The code of an error of the system, as `ENOENT`; nothing of any other. */
export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "";
}

/** Whether a disk, a share or a server refused something: a fault of theirs, and none of ours. */
export function isSystemError(thrown: unknown): thrown is NodeJS.ErrnoException {
  return thrown instanceof Error && typeof (thrown as NodeJS.ErrnoException).syscall === "string";
}

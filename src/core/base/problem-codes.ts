/**
 * Every problem code, by the part of the program that reports it. `docs/problems.md` explains each one;
 * a test holds the two lists against each other. A code is never reused for another meaning.
 */
export const problemCodes = [
  // Reading and checking policies
  "policy-folder-missing",
  "yaml-syntax",
  // Sources and the machine
  "source-missing",
  // The program itself
  "internal-fault",
] as const;

export type ProblemCode = (typeof problemCodes)[number];

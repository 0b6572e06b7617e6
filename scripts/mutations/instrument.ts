import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type File, Instrumenter, type InstrumentResult } from "@stryker-mutator/instrumenter";

/** One break: where it is, and what stands there instead. */
export type Mutant = InstrumentResult["mutants"][number];

/**
 * Puts every break of some files into them, each asleep until it is called by its id. A tree is made so once,
 * and tests go from break to break in one process.
 */
export async function instrument(tree: string, sources: readonly string[]): Promise<readonly Mutant[]> {
  const files: File[] = sources.map((name) => ({
    name,
    mutate: true,
    content: readFileSync(join(tree, name), "utf8"),
  }));
  const made = await new Instrumenter(silent).instrument(files, {
    plugins: null,
    excludedMutations: [],
    ignorers: [],
  });
  for (const { name, content } of made.files) writeFileSync(join(tree, name), content);
  return made.mutants;
}

const nothing = (): void => {};
const none = (): boolean => false;

const silent = {
  isTraceEnabled: none,
  isDebugEnabled: none,
  isInfoEnabled: none,
  isWarnEnabled: none,
  isErrorEnabled: none,
  isFatalEnabled: none,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  fatal: nothing,
};

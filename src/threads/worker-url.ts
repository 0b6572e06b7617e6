/**
 * A worker's file, beside the module that starts it as it is written, and at the top of the built program.
 */
export interface WorkerFile {
  readonly source: string;
  readonly built: string;
}

/**
 * Where a worker lies, seen from the module that starts it: in the built program that may be at the top or in
 * a chunk.
 */
export function workerUrl(here: string, { source, built }: WorkerFile): URL {
  if (here.endsWith(".ts")) return new URL(source, here);
  return new URL(/\/chunks\/[^/]+$/.test(here) ? `../${built}` : `./${built}`, here);
}

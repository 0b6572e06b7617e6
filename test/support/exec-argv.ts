/**
 * How a test's process collects. A small repository has buffers of many megabytes, of which little is used:
 * when they alone may ask for a collection there is one for each capture, and it takes half of all time.
 * Helper threads have no core to themselves.
 */
export const execArgv = [
  "--single-threaded-gc",
  "--min-semi-space-size=32",
  "--max-semi-space-size=32",
  "--initial-old-space-size=256",
  // Unknown to the oldest Node on which tests are run.
  ...(Number.parseInt(process.versions.node) < 24 ? [] : ["--external-memory-accounted-in-global-limit"]),
];

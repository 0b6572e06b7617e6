/**
 * What a policy says when nobody says otherwise: the template below every template, in the policy's own
 * language.
 */
export const policyDefaults = {
  site: {
    type: "primary",
    servers: [],
    installFolder: "C:\\Program Files\\Microsoft Configuration Manager",
  },
  schedule: { timeZone: "UTC", jitter: "0s", notDuring: ["site-backup-task"] },
  objectives: {
    maxDataAge: "26h",
    missedRuns: 1,
    notice: "24h",
    rebuild: "24h",
    margin: "12h",
    proofEvery: "30d",
    keyProofEvery: "90d",
    maxSkew: "6h",
  },
  brakes: { minPoints: 2, maxForget: "25%", maxShrink: "50%" },
  throttle: { concurrency: 2 },
  defaultSources: true,
  hooks: { before: [], after: [] },
  notify: [],
  accepts: [],
  expect: [],
} as const;

/** The rules of a policy that writes no rule at all: written ones are never mixed with these. */
export const retentionDefaults = { last: 3, daily: 14, weekly: 8, monthly: 12, within: "6d" } as const;

/** The calendar that a retention counts by, whichever its rules. */
export const calendarDefaults = { weekStartsOn: "monday", dayStartsAt: "00:00" } as const;

export const hookDefaults = { timeout: "30m", onFailure: "warn" } as const;

export const notifyDefaults = { on: ["failed", "windowAtRisk"] } as const;

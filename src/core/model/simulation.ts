import type { DurationMs, Instant } from "../base/instant.ts";
import type { WindowState } from "./window.ts";

/** A source that does not answer for a while: `--fail 'database 2027-01-03..2027-01-05'`. */
export interface SimulatedFailure {
  /** The source's name in the policy, or `*` for all of them. */
  readonly source: string;
  /** The first instant at which the source does not answer. */
  readonly from: Instant;
  /** The first instant at which it answers again. */
  readonly until: Instant;
}

/** What a policy will have held and let go, from one instant to another, on a virtual clock. Plain JSON. */
export interface Simulation {
  readonly apiVersion: "sitekeep/simulation/v1";
  /** Site code. */
  readonly site: string;
  /** The policy's name. */
  readonly policy: string;
  /** Where the virtual clock began. */
  readonly from: Instant;
  /** Where the virtual clock ended. */
  readonly until: Instant;
  /** Which window was simulated, in words: `120h, as last read` or `120h, what ConfigMgr sets up`. */
  readonly basis: string;
  /** The age that the policy promises its data never to be over. */
  readonly maxDataAgeMs: DurationMs;
  /** What was told to fail. */
  readonly failures: readonly SimulatedFailure[];
  readonly days: readonly SimulatedDay[];
  /** The points at the end, oldest first. */
  readonly points: readonly Instant[];
  readonly totals: SimulationTotals;
  /** The longest time without a newer copy of the data. Absent where there never was a copy. */
  readonly worstGap?: Gap;
  /** Stretches in which the newest copy was not safely inside the window. */
  readonly atRisk: readonly RiskStretch[];
  /** A verdict on each clause of the policy's `expect`. */
  readonly expectations: readonly ExpectationVerdict[];
}

/** One date of the policy's zone. */
export interface SimulatedDay {
  /** The date as the zone's calendar has it: `2027-01-03`. */
  readonly date: string;
  readonly from: Instant;
  readonly until: Instant;
  /** Recovery points at the end of the day. */
  readonly points: number;
  /** Captures that runs made on it, of all sources. */
  readonly captures: number;
  /** Sources that were due and stayed silent, each once a day however often it was asked. */
  readonly skipped: number;
  /** The due instants of the points that went. */
  readonly forgotten: readonly Instant[];
  /**
   * The oldest that the newest usable copy of the data was at any moment of the day. Absent while there was
   * none.
   */
  readonly oldestDataMs?: DurationMs;
  /** The worst state of the window on this day. */
  readonly window: WindowState;
  /** Estimated size of the repository at the end of the day. Absent where no size is known. */
  readonly bytes?: number;
}

/** What the days of a simulation come to. */
export interface SimulationTotals {
  /** Captures in all. */
  readonly captures: number;
  /** Sum of the days' skips. */
  readonly skipped: number;
  /** Recovery points that went. */
  readonly forgotten: number;
  /** The most recovery points at the end of any day. */
  readonly mostPoints: number;
  /** The largest estimated size, and the day when it was reached. */
  readonly peak?: { readonly bytes: number; readonly date: string };
}

/** The longest time without a newer copy: what a disaster at its end would have cost. */
export interface Gap {
  /** What instant the copy showed that was the newest. */
  readonly asOf: Instant;
  /** When a newer one was there, or the end of the simulation. */
  readonly until: Instant;
}

/** A stretch in which the newest copy of the database would not have been enough. */
export interface RiskStretch {
  readonly from: Instant;
  readonly until: Instant;
  /** `not-proven`: there was no copy yet. */
  readonly state: WindowState;
}

/** A clause of the policy's `expect`, and whether it held from its instant to the end. */
export interface ExpectationVerdict {
  /** The clause as the policy writes it: `after 90d: newestAtMost 26h`. */
  readonly clause: string;
  /** `not-reached`: the simulation ends before the clause begins. */
  readonly result: "held" | "broken" | "not-reached";
  /** The first moment that breaks it, and what was there then. */
  readonly counterexample?: { readonly at: Instant; readonly found: string };
}

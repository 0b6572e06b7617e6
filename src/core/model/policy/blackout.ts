import type { DurationMs, Instant } from "../../base/instant.ts";

/** A stretch of time in which no capture begins. Plain JSON. */
export type Blackout = WeeklyBlackout | DatedBlackout;

/** Hours in which no capture begins, on certain days of each week. */
export interface WeeklyBlackout {
  readonly as: "weekly";
  /** Days on which it begins: 0 is Sunday. */
  readonly weekdays: readonly number[];
  /** After midnight of such a day, as the zone's clocks show it. */
  readonly fromMs: DurationMs;
  /** After the same midnight; beyond 24 hours where it ends on the next day. At most a day after `fromMs`. */
  readonly untilMs: DurationMs;
  /** IANA name. */
  readonly timeZone: string;
  /** What the policy says of the blackout, for people. */
  readonly why?: string;
}

/** Once, from one date to another. */
export interface DatedBlackout {
  readonly as: "dated";
  /** What the zone's clocks show then, written as if it were UTC. */
  readonly fromWall: number;
  /** What the zone's clocks show at its end, written in the same way. The end isn't part of it. */
  readonly untilWall: number;
  /** IANA name. */
  readonly timeZone: string;
  /** What the policy says of the blackout, for people. */
  readonly why?: string;
}

/** A moment at which no capture begins, and what is known of its stretch. */
export interface QuietSpell {
  /** When the stretch began, with blackouts that it follows without a gap. */
  readonly since: Instant;
  /** When captures may begin again. Blackouts that follow each other are one. */
  readonly until: Instant;
  /** Whose wish it is. */
  readonly by: "blackout" | "site-task";
  /** What the policy says of it. */
  readonly why?: string;
}

/** What a quiet spell does to the captures that are wanted in it. */
export interface WaitingCaptures extends QuietSpell {
  /** Sources whose capture waits for its end. */
  readonly waiting: readonly string[];
  /** Sources that are captured all the same: for the window, or since somebody asked. */
  readonly through: readonly string[];
}

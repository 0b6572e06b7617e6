import type { DurationMs, Instant } from "../base/instant.ts";

/** The rules that count periods, finest first. */
export const countRules = ["last", "hourly", "daily", "weekly", "monthly", "yearly"] as const;
/** One of `countRules`. */
export type CountRule = (typeof countRules)[number];

/** What retention says about one recovery point, with every reason. */
export interface RetentionVerdict {
  /** The point's due instant. */
  readonly due: Instant;
  /** Whether the point stays. */
  readonly keep: boolean;
  /** Why it stays, all reasons; empty exactly when it goes. */
  readonly reasons: readonly KeepReason[];
  /** Why the rules don't hold it, one sentence a rule. Empty where one does. */
  readonly fallen: readonly string[];
}

/** Why a recovery point stays: a rule, a guard, a hold, a chain that is laid on it, or the brake. */
export type KeepReason =
  /**
   * The point is the newest of its period, the nth that the rule counts. `oldest`: it isn't, and stays since
   * the rule has room left.
   */
  | {
      readonly why: "rule";
      readonly rule: CountRule;
      readonly period: string;
      readonly nth: number;
      readonly of: number | "all";
      readonly oldest: boolean;
    }
  /** Younger than so many months and so long before the newest. */
  | { readonly why: "within"; readonly spanMonths?: number; readonly spanMs: DurationMs }
  | { readonly why: "no-rules" }
  | { readonly why: "future" }
  | { readonly why: "newest-data" }
  | { readonly why: "incomplete-grace"; readonly until: Instant }
  | { readonly why: "min-points"; readonly minPoints: number }
  | { readonly why: "newest-verified" | "none-newer-verified" }
  | { readonly why: "newest-verified-inside" | "newest-verified-outside" | "newest-unverified-inside" }
  /** Somebody said that it stays. */
  | { readonly why: "hold"; readonly note: string; readonly since: Instant }
  /** The object can't be read, and may be the hold of any point. */
  | { readonly why: "hold-unreadable"; readonly object: string }
  /** The manifest or record can't be read: what is there, or what went of late, is not known. */
  | { readonly why: "history-unreadable"; readonly object: string }
  | { readonly why: "chain" }
  | { readonly why: "brake"; readonly perMille: number };

import type { Instant } from "../base/instant.ts";
import type { CountRule, KeepReason } from "./retention-verdict.ts";

/** How long a recovery point stays if every run from now on is made when the schedule says, and succeeds. */
export type Outlook =
  /**
   * The point goes with the next run, or, where the brake has it wait, with the first one at or after `at`.
   */
  | { readonly stays: "not"; readonly at: Instant; readonly braked: boolean }
  /**
   * Until the run at this instant. Its last reason ends with the run that makes the given point: this one, or
   * where the brake has it wait an earlier one.
   */
  | {
      readonly stays: "until";
      readonly at: Instant;
      readonly point: Instant;
      readonly last: LastReason;
      readonly braked: boolean;
    }
  /** Somebody holds it. */
  | { readonly stays: "until-released" }
  /** The policy has nothing that would ever let it go. */
  | { readonly stays: "for-good" }
  /** Longer than was looked ahead. */
  | { readonly stays: "beyond"; readonly at: Instant };

/** The reason that holds a point to the end. */
export type LastReason =
  /** `taken`: a newer point takes the period over. Otherwise newer periods fill the rule. */
  | {
      readonly why: "rule";
      readonly rule: CountRule;
      readonly period: string;
      readonly of: number | "all";
      readonly taken: boolean;
    }
  /** The point was the oldest, and a rule had room. */
  | { readonly why: "oldest" }
  | {
      readonly why: Exclude<
        KeepReason["why"],
        "rule" | "no-rules" | "future" | "hold" | "hold-unreadable" | "history-unreadable" | "brake"
      >;
    };

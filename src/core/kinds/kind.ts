import type { JsonObject } from "../base/json.ts";
import type { Problem } from "../base/problem.ts";
import type { Source } from "../model/policy/source.ts";
import type { JudgedSource } from "../policy/text/judged.ts";
import type { Written, WrittenMap } from "../policy/text/written.ts";
import type { Following } from "./follow.ts";
import type { Protected } from "./protected.ts";
import type { Fact } from "../base/fact.ts";
import type { HeldKey } from "../model/facts/key-fact.ts";
import type { LockedDatabase } from "../model/facts/locked-database.ts";

/**
 * All that is known of a kind of source, apart from how to touch it: the driver of the same name does that.
 * Nothing outside this folder lists kinds; whoever wants to know something of one asks here.
 */
export interface Kind<Of extends Source = Source> {
  readonly kind: Of["kind"];
  /** For headings: `Site database`. */
  readonly title: string;
  /** What a snapshot holds, in one sentence. */
  readonly captures: string;

  /**
   * The name of the source that a policy gets which mentions the kind nowhere; `undefined`: nobody gets one
   * unasked.
   */
  readonly byDefault: string | undefined;
  /** What a source of the kind means without more words, in the policy's own language. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Whether its key `database` says how a database is reached. */
  readonly reachesDatabase: boolean;
  /** Adds to a written source what stands elsewhere in its policy. Absent: its defaults are all there is. */
  complete?(source: WrittenMap, policy: WrittenMap): WrittenMap;
  /**
   * Turns a completed source into what the program works with. Its shape has been checked, so that it can't
   * fail.
   */
  resolve(written: WrittenSource): Of;
  /** Checks what its keys mean together. Absent: its schema says it all. */
  check?(source: JudgedSource): readonly Problem[];

  /**
   * The kind's place among the captures of a point. With `atOnce` they share a lane: nothing is captured
   * between the two.
   */
  readonly captured: Following & { readonly atOnce?: true };
  /** Whether a capture that the window can't wait for begins in quiet hours too. */
  readonly throughQuiet: boolean;
  /** Whether its snapshots carry what was seen of the change-tracking window when they were made. */
  readonly carriesWindow: boolean;
  /**
   * Whether a capture ends when the hours of the site's own backup task begin: open files would be in its
   * way.
   */
  readonly yieldsToTask: boolean;
  /** The share of known objects that a capture reads again as a proof, in per mille. Absent: none. */
  rereadPerMille?(source: Of): number;

  /** What a usable snapshot of it gives to a recovery from its point. */
  readonly inPoint: PointPart;
  /** Whether a source of the kind protects something that the site has. */
  protects(source: Of, thing: Protected): boolean;

  /** The kind's place in the order in which a site's sources are given back. */
  readonly restored: Following;
  /** What to do with restored files, and what to beware of, in the order of doing. */
  readonly runbook: readonly string[];
}

/** A completed source of a policy, and the policy's `site`. */
export interface WrittenSource {
  readonly name: string;
  readonly source: Written;
  readonly site: Written;
}

/** What a snapshot gives to a recovery. Everything is absent for what a recovery can do without. */
export interface PointPart {
  /**
   * `copy`: the database alone, which needs media and keys beside it. `set`: of one moment, with all that it
   * needs.
   */
  readonly database?: "copy" | "set";
  /** Of a copy: whether sitekeep holds it. What another tool protects is known by its history alone. */
  isHeld?(facts: JsonObject): boolean;
  /**
   * A snapshot of this kind notes how far the site had come in the database, so that a recovery needs both of
   * nearly one moment.
   */
  readonly fitsDatabase?: true;
  /** The version of the setup files that it holds; absent where it holds none. */
  mediaVersion?(facts: JsonObject): Fact<string>;
  /** Parts that it should hold and does not, each with the reason. A site is recovered without them. */
  lacks?(facts: JsonObject): readonly string[];
  /** The keys that it holds. */
  keys?(facts: JsonObject): readonly HeldKey[];
  /** The databases that it holds, or tells of, and what each is locked by. */
  locked?(facts: JsonObject): readonly LockedDatabase[];
}

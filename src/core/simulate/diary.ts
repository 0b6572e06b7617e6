import type { Instant } from "../base/instant.ts";
import type { Action } from "../model/plan.ts";
import type { SimulatedDay, SimulationTotals } from "../model/simulation.ts";
import type { Snapshot } from "../model/repository/snapshot.ts";
import { estimateBytes, type Wholes } from "./estimate-bytes.ts";
import type { VirtualSite } from "./virtual-site.ts";
import type { Stretch } from "./days.ts";

/** A day as the runs leave it; what is read off the copies comes later. */
export type DayNote = Omit<SimulatedDay, "window" | "oldestDataMs"> & {
  /** The due instants of the points that are there when it ends, oldest first. */
  readonly dues: readonly Instant[];
};

/** Writes down, day by day, what the runs of a simulation do. */
export class Diary {
  readonly #days: readonly Stretch[];
  readonly #wholes: Wholes;
  readonly #notes: DayNote[] = [];
  #today = { captures: 0, skipped: new Set<string>(), forgotten: new Set<Instant>() };

  constructor(days: readonly Stretch[], wholes: Wholes) {
    this.#days = days;
    this.#wholes = wholes;
  }

  /** Closes every day that has ended by `now`; the site is as it has been since the last run. */
  passTo(now: Instant, site: VirtualSite): void {
    for (
      let day = this.#days[this.#notes.length];
      day && day.until <= now;
      day = this.#days[this.#notes.length]
    ) {
      const dues = duesOf(site.snapshots);
      const bytes = estimateBytes(site.snapshots, this.#wholes);
      const { captures, skipped, forgotten } = this.#today;
      this.#notes.push({
        ...day,
        dues,
        points: dues.length,
        captures,
        skipped: skipped.size,
        forgotten: [...forgotten],
        ...(bytes > 0 && { bytes }),
      });
      this.#today = { captures: 0, skipped: new Set(), forgotten: new Set() };
    }
  }

  /**
   * Notes what a run did today. A source that stays silent is skipped once a day, however often it is asked.
   */
  note(actions: readonly Action[]): void {
    for (const action of actions) {
      if (action.do === "capture") this.#today.captures++;
      if (action.do === "skip") this.#today.skipped.add(action.source);
      if (action.do === "forget") this.#today.forgotten.add(action.point);
    }
  }

  get days(): readonly DayNote[] {
    return this.#notes;
  }
}

/** The points that snapshots belong to, oldest first. */
export function duesOf(snapshots: readonly Snapshot[]): readonly Instant[] {
  return [...new Set(snapshots.map((it) => it.point))].sort((left, right) => left - right);
}

/** What the days come to. */
export function totalsOf(days: readonly DayNote[]): SimulationTotals {
  const sum = (of: (it: DayNote) => number): number => days.reduce((total, it) => total + of(it), 0);
  const largest = days.reduce<DayNote | undefined>(
    (most, it) => ((it.bytes ?? 0) > (most?.bytes ?? 0) ? it : most),
    undefined,
  );
  return {
    captures: sum((it) => it.captures),
    skipped: sum((it) => it.skipped),
    forgotten: sum((it) => it.forgotten.length),
    mostPoints: Math.max(0, ...days.map((it) => it.points)),
    ...(largest?.bytes && { peak: { bytes: largest.bytes, date: largest.date } }),
  };
}

import { day, hour, minute, second, type DurationMs, type Instant } from "../../../src/core/base/instant.ts";
import type {
  DatabaseWindowFacts,
  GroupSend,
  ReplicationLink,
  WindowFacts,
  WindowWitness,
} from "../../../src/core/model/observation.ts";
import { ReplicationOracle, type PartnerBackup, type SiteBackup } from "./replication-oracle.ts";
import type { SeededRandom } from "../seeded-random.ts";
import { problemOf } from "../build-site.ts";

/** Every quarter of an hour something may happen: changes, a synchronisation, a run of cleanup, trouble. */
export const stepMs: DurationMs = 15 * minute;

/** What somebody may come to do, or may befall, in a history. */
export const troubles = [
  "retention",
  "cleanup",
  "tracking off",
  "partner's clock",
  "own clock",
  "our clock",
  "link",
  "maintenance",
  "stale",
  "reinitialisation",
  "site restored",
  "partner restored",
  "permission",
  "foreign full",
] as const;
export type Trouble = (typeof troubles)[number];

const tables = [
  { name: "Collections_G", group: "Configuration Data" },
  { name: "Assignments", group: "Configuration Data" },
  { name: "Alert", group: "Alerts" },
  { name: "System_DISC", group: "General_Site_Data" },
];
const groups = [...new Set(tables.map((it) => it.group))];
const retentions = [2 * day, 2 * day, 36 * hour, 3 * day, 5 * day, 7 * day, 14 * day];

/** What may be hidden from the login. */
const rights = [
  "partner",
  "setting",
  "versions",
  "fork",
  "partner's links",
  "own links",
  "initialisations",
  "site states",
  "sends",
] as const;
type Right = (typeof rights)[number];

interface Group {
  /** Until when its link is down. */
  downUntil: Instant;
  /** Until when it is copied as a whole; 0 while it is not. */
  copiedUntil: Instant;
  syncedAt: Instant;
}

/** A full backup of another tool, not copy-only, as `msdb` knows it. */
export interface ForeignFull {
  /** When it began, by the clock of the site's own SQL Server. */
  readonly asOf: Instant;
  readonly backup: SiteBackup;
}

/**
 * A site and its partner over some weeks, by chance. The oracle knows what really happens; this knows the
 * clocks, who may read what, and what has happened between two looks without a trace in settings.
 */
export class WindowHistory {
  readonly oracle: ReplicationOracle;
  readonly happened = new Map<Trouble, number>();
  readonly #random: SeededRandom;
  readonly #kinds: readonly Trouble[];
  #now: Instant = Date.UTC(2026, 2, 1);
  readonly #clocks = { ours: 0, own: 0, partner: 0 };
  readonly #corrections: { readonly at: Instant; readonly work: () => void }[] = [];
  readonly #groups = new Map<string, Group>();
  #maintenanceUntil = 0;
  #recoveringUntil = 0;
  /** Until when nobody reckons the states of the links: they stay as they were, and say so. */
  #staleUntil = 0;
  readonly #hidden = new Map<Right, Instant>();
  #initialised = { own: this.#now - 300 * day, partner: this.#now - 300 * day, ownTimes: 6, partnerTimes: 6 };
  #ownRestores = 0;
  readonly #siteBackups: {
    readonly backup: SiteBackup;
    readonly initialised: { own: Instant; ownTimes: number };
    readonly base: string;
  }[] = [];
  /** The full that a differential would be laid on now. */
  #base = "BASE-0";
  #fulls = 0;
  /** Another tool comes so often; 0: never by itself. */
  readonly #foreignEveryMs: DurationMs;
  readonly foreignFulls: ForeignFull[] = [];
  readonly #partnerBackups: PartnerBackup[] = [];

  /** Nothing is ever hidden from the login. */
  readonly showsAll: boolean;

  constructor(random: SeededRandom) {
    this.#random = random;
    this.showsAll = random.below(3) === 0;
    this.#kinds = troubles.filter((it) => random.below(3) === 0 && !(this.showsAll && it === "permission"));
    this.#clocks.partner = random.pick([0, 0, 0, 3 * day, -3 * day, 40 * minute]);
    this.#clocks.own = random.pick([0, 0, 2 * hour, -2 * hour]);
    this.#foreignEveryMs = random.pick([0, 0, day, 3 * day]);
    // Some logins may never read versions: there, settings and clocks have to tell all.
    if (random.below(3) === 0 && !this.showsAll) this.#hidden.set("versions", Infinity);
    // Others what was sent: there, nothing is recorded of groups.
    if (!this.showsAll && random.below(3) === 0) this.#hidden.set("sends", Infinity);
    this.oracle = new ReplicationOracle(tables, {
      retentionMs: random.pick([5 * day, 5 * day, 5 * day, ...retentions]),
      autoCleanup: true,
    });
    for (const group of groups)
      this.#groups.set(group, { downUntil: 0, copiedUntil: 0, syncedAt: this.#now });
  }

  get now(): Instant {
    return this.#now;
  }

  get ourNow(): Instant {
    return this.#now + this.#clocks.ours;
  }

  get base(): string {
    return this.#base;
  }

  step(): void {
    this.#now += stepMs;
    this.#correct();
    if (this.#foreignEveryMs > 0 && this.#now % this.#foreignEveryMs === 5 * hour) this.#takeForeignFull();
    if (this.#kinds.length > 0 && this.#random.below(300) === 0) this.#befall(this.#random.pick(this.#kinds));
    const tick = this.#now % (30 * minute) === 0;
    // Cleanup lags, and comes to some tables sooner than to others.
    if (tick && this.#random.below(4) > 0) this.oracle.cleanUp(this.#partnerNow());
    else if (tick) this.oracle.cleanUp(this.#partnerNow(), [this.#random.pick(tables).name]);
    if (this.#random.below(2) === 0) this.oracle.commit(this.#random.pick(tables).name, this.#partnerNow());
    for (const [name, group] of this.#groups) this.#synchronise(name, group);
    if (this.#random.below(100) === 0) this.#partnerBackups.push(this.oracle.backUpPartner());
  }

  /** Whether nothing may be sent just now: an alarm over that is none that is needless. */
  get isLinkDown(): boolean {
    const stops = [this.#maintenanceUntil, this.#recoveringUntil, this.#staleUntil];
    const isDown = ({ downUntil, copiedUntil, syncedAt }: Group) =>
      downUntil > this.#now || copiedUntil > 0 || this.#now - syncedAt > 2 * hour;
    return stops.some((it) => it > this.#now) || [...this.#groups.values()].some(isDown);
  }

  /** Keeps a backup of the site's database, for a restore to come: that of sitekeep, or of somebody else. */
  backUpSite(): SiteBackup {
    const backup = this.oracle.backUpSite();
    this.#siteBackups.push({ backup, initialised: this.#initialised, base: this.#base });
    return backup;
  }

  /** A full that is not copy-only: the next differential follows it, whoever takes that. */
  moveBase(): string {
    this.#base = `BASE-${++this.#fulls}`;
    return this.#base;
  }

  /** Looks at both databases, as the drivers would. */
  look(): WindowFacts {
    const hidden = (right: Right) =>
      !this.showsAll && ((this.#hidden.get(right) ?? 0) > this.#now || this.#random.below(60) === 0);
    const seen = new Map(rights.map((right) => [right, !hidden(right)] as const));
    const may = (right: Right) => seen.get(right)!;
    const { own, ownTimes, partner, partnerTimes } = this.#initialised;
    const here: DatabaseWindowFacts = {
      ...this.#clockFacts(this.#clocks.own),
      changeTracking: "on",
      retentionMs: 5 * day,
      autoCleanup: true,
      ...(may("fork") && { recoveryFork: `own-${this.#ownRestores}` }),
      links: may("own links")
        ? [{ ...this.#link("CAS", may), ...(may("initialisations") && stamped(own, ownTimes)) }]
        : [],
      ...unreadOf(["own links", "initialisations", "site states"], may),
    };
    const { tracking } = this.oracle;
    const isShown = may("setting");
    const there: DatabaseWindowFacts = {
      ...this.#clockFacts(this.#clocks.partner),
      changeTracking: isShown ? (tracking === undefined ? "off" : "on") : "unknown",
      ...(isShown && tracking && { retentionMs: tracking.retentionMs, autoCleanup: tracking.autoCleanup }),
      ...(may("versions") &&
        tracking && {
          currentVersion: String(this.oracle.version),
          minValidVersion: String(this.oracle.minValidVersion),
          cleanedVersion: String(this.oracle.cleanedVersion),
        }),
      ...(may("fork") && { recoveryFork: `fork-${this.oracle.restores}` }),
      links: may("partner's links")
        ? [
            {
              ...this.#link("PS1", may),
              ...(may("initialisations") && stamped(partner, partnerTimes)),
              ...(may("sends") && { sends: this.#sends(may) }),
            },
          ]
        : [],
      ...unreadOf(["partner's links", "initialisations", "site states", "versions", "sends"], may),
    };
    return {
      own: here,
      partners: { CAS: may("partner") ? there : { problem: problemOf("sqlcas does not answer.") } },
    };
  }

  #partnerNow(): Instant {
    return this.#now + this.#clocks.partner;
  }

  #clockFacts(clock: DurationMs): Pick<DatabaseWindowFacts, "readAt" | "clockOffsetMs"> {
    return { readAt: this.ourNow, clockOffsetMs: clock - this.#clocks.ours + this.#random.below(41) - 20 };
  }

  /** What is hidden is not in it: a maintenance that nobody may see leaves the link as the groups have it. */
  #link(partner: string, may: (right: Right) => boolean): ReplicationLink {
    const all = [...this.#groups.values()];
    const worst = Math.max(...all.map((it) => this.#now - it.syncedAt));
    const byLag = worst <= hour ? "active" : worst <= 2 * hour ? "degraded" : "failed";
    const isStale = this.#staleUntil > this.#now;
    const states: readonly (readonly [boolean, ReplicationLink["state"]])[] = [
      [may("site states") && this.#recoveringUntil > this.#now, "recovering"],
      [may("initialisations") && all.some((it) => it.copiedUntil > 0), "initialising"],
      [byLag === "failed", "failed"],
      [may("site states") && this.#maintenanceUntil > this.#now, "maintenance"],
      [isStale, "stale"],
    ];
    const state = states.find(([isSo]) => isSo)?.[1] ?? byLag;
    return { partner, state, groups: [] };
  }

  /** What the partner tells of each group: some sends are not processed yet, and tell nothing. */
  #sends(may: (right: Right) => boolean): readonly GroupSend[] {
    return groups.map((group) => ({
      group,
      ...(this.#random.below(100) > 0 && {
        sentVersion: String(this.oracle.sentOf(group)),
        processedAt: this.#groups.get(group)!.syncedAt + this.#clocks.partner,
      }),
      ...(may("versions") &&
        this.oracle.tracking && { minValidVersion: String(this.oracle.minValidOf(group)) }),
    }));
  }

  #synchronise(name: string, group: Group): void {
    if (group.copiedUntil > 0) {
      if (group.copiedUntil > this.#now) return;
      group.copiedUntil = 0;
      group.syncedAt = this.#now;
      return this.oracle.reinitialise(name);
    }
    const isDown = [group.downUntil, this.#maintenanceUntil, this.#recoveringUntil].some(
      (it) => it > this.#now,
    );
    if (isDown || this.oracle.tracking === undefined || this.#random.below(4) === 0) return;
    if (this.oracle.synchronise(name) === "delta") group.syncedAt = this.#now;
    else this.#beginCopying(group);
  }

  #beginCopying(group: Group): void {
    group.copiedUntil = this.#now + (10 + this.#random.below(700)) * minute;
    const { own, partner, ownTimes, partnerTimes } = this.#initialised;
    this.#initialised = {
      own: Math.max(own, this.#now + this.#clocks.own),
      partner: Math.max(partner, this.#partnerNow()),
      ownTimes: ownTimes + 1,
      partnerTimes: partnerTimes + 1,
    };
  }

  #correct(): void {
    for (const { work } of this.#corrections.filter((it) => it.at <= this.#now)) work();
    const left = this.#corrections.filter((it) => it.at > this.#now);
    this.#corrections.splice(0, this.#corrections.length, ...left);
  }

  /** A quarter of an hour to some days: trouble that nobody saw, and trouble that lasts. */
  #aWhile(): DurationMs {
    return this.#random.pick([stepMs, hour, 5 * hour, day, 3 * day, 8 * day]);
  }

  #later(work: () => void): void {
    this.#corrections.push({ at: this.#now + this.#aWhile(), work });
  }

  #befall(trouble: Trouble): void {
    this.happened.set(trouble, (this.happened.get(trouble) ?? 0) + 1);
    const { oracle } = this;
    switch (trouble) {
      case "retention": {
        const was = oracle.tracking;
        if (was === undefined) return;
        const set = (retentionMs: DurationMs) => {
          if (oracle.tracking) oracle.setTracking({ ...oracle.tracking, retentionMs });
        };
        set(this.#random.pick(retentions));
        return this.#later(() => set(was.retentionMs));
      }
      case "cleanup": {
        const set = (autoCleanup: boolean) => {
          if (oracle.tracking) oracle.setTracking({ ...oracle.tracking, autoCleanup });
        };
        set(false);
        return this.#later(() => set(true));
      }
      case "tracking off":
        oracle.setTracking(undefined);
        return this.#later(() => oracle.setTracking({ retentionMs: 2 * day, autoCleanup: true }));
      case "partner's clock":
        return this.#jump("partner");
      case "own clock":
        return this.#jump("own");
      case "our clock":
        return this.#jump("ours");
      case "link": {
        const until = this.#now + this.#aWhile();
        const down = this.#random.below(2) === 0 ? groups : [this.#random.pick(groups)];
        for (const name of down) this.#groups.get(name)!.downUntil = until;
        return;
      }
      case "maintenance":
        this.#maintenanceUntil = this.#now + this.#aWhile();
        return;
      case "stale":
        this.#staleUntil = this.#now + this.#random.pick([stepMs, hour, 5 * hour, day]);
        return;
      case "reinitialisation": {
        const group = this.#groups.get(this.#random.pick(groups))!;
        if (group.copiedUntil === 0) this.#beginCopying(group);
        return;
      }
      case "site restored":
        if (this.#siteBackups.length === 0) return;
        return this.#restoreSite();
      case "partner restored":
        if (this.#partnerBackups.length === 0) return;
        oracle.restorePartner(this.#random.pick(this.#partnerBackups.slice(-3)));
        return;
      case "foreign full":
        return this.#takeForeignFull();
      case "permission": {
        const right = this.#random.pick(rights);
        this.#hidden.set(right, Math.max(this.#hidden.get(right) ?? 0, this.#now + this.#aWhile()));
        return;
      }
    }
  }

  #restoreSite(): void {
    const { backup, initialised, base } = this.#random.pick(this.#siteBackups.slice(-8));
    this.oracle.restoreSite(backup);
    this.#base = base;
    // Its tables tell what they told then. Nothing is received until the link works again.
    const { own, ownTimes } = initialised;
    this.#initialised = { ...this.#initialised, own, ownTimes };
    this.#ownRestores++;
    for (const group of this.#groups.values()) group.syncedAt = 0;
    // A recovery says so; who restores by hand does not.
    if (this.#random.below(2) === 0)
      this.#recoveringUntil = this.#now + (1 + this.#random.below(12)) * stepMs;
    // The first thing that somebody does then.
    if (this.#random.below(2) === 0) this.#takeForeignFull();
  }

  /**
   * Of VSS it holds the state at its begin, of SQL Server itself that at its end. What is restored meanwhile
   * has no such backup.
   */
  #takeForeignFull(): void {
    const asOf = Math.round((this.#now + this.#clocks.own) / second) * second;
    const restores = this.#ownRestores;
    const atBegin = this.#random.below(2) === 0 ? this.oracle.backUpSite() : undefined;
    const finish = () => {
      if (this.#ownRestores !== restores) return;
      this.moveBase();
      const atEnd = this.backUpSite();
      this.foreignFulls.push({ asOf, backup: atBegin ?? atEnd });
    };
    this.#corrections.push({ at: this.#now + this.#random.below(12) * stepMs, work: finish });
  }

  #jump(clock: "ours" | "own" | "partner"): void {
    const by = this.#random.pick([hour, -hour, 2 * day, -2 * day, 9 * day, -9 * day]);
    this.#clocks[clock] += by;
    this.#later(() => (this.#clocks[clock] -= by));
  }
}

/** What a look could not read of a database, as the drivers tell it. */
function unreadOf(
  needed: readonly Right[],
  may: (right: Right) => boolean,
): Pick<DatabaseWindowFacts, "unread"> {
  const why = problemOf("The login may not read it.");
  const unread = needed.filter((right) => !may(right)).map((it) => ({ witness: witnessOf[it], why }));
  return unread.length > 0 ? { unread } : {};
}

const witnessOf: Readonly<Record<Right, WindowWitness>> = {
  partner: "links",
  setting: "setting",
  versions: "versions",
  fork: "recovery fork",
  "partner's links": "links",
  "own links": "links",
  initialisations: "initialisations",
  "site states": "site states",
  sends: "sends",
};

function stamped(initialisedAt: Instant, times: number): Partial<ReplicationLink> {
  return { initialisedAt, initialisations: String(times) };
}

import { hour, type Instant, minute } from "../../core/base/instant.ts";
import type { SnapshotId } from "../../core/model/repository/snapshot.ts";
import { decodeLease, encodeLease, type Lease } from "../format/lease-object.ts";
import { leaseFolder, leaseName } from "../format/layout.ts";
import { ObjectMissing } from "../backends/backend.ts";
import { asDamage, type ObjectStore, putDrawn } from "./object-store.ts";
import { ObjectDamaged } from "./repository-errors.ts";
import { forEachLimited } from "../../threads/parallel.ts";

const requestsMax = 16;
/** How long a lease holds when its restore has died. */
const leaseMs = 3 * hour;
const renewEveryMs = 30 * minute;

export interface FoundLease extends Lease {
  readonly name: string;
}

/** All leases that can be read, also those that have run out. */
export async function readLeases(store: ObjectStore): Promise<readonly FoundLease[]> {
  return (await findLeases(store)).leases;
}

export interface FoundLeases {
  readonly leases: readonly FoundLease[];
  /** Names of those that can't be read: each may be the lease of a restore that goes on. */
  readonly unreadable: readonly string[];
}

export async function findLeases(store: ObjectStore): Promise<FoundLeases> {
  const leases: FoundLease[] = [];
  const unreadable: string[] = [];
  await forEachLimited(store.backend.list(leaseFolder), requestsMax, async ({ name }) => {
    const reading = async () => {
      const body = await store.get({ type: "lease", name });
      leases.push({ ...asDamage(name, () => decodeLease(body)), name });
    };
    await reading().catch((thrown: unknown) => {
      if (thrown instanceof ObjectDamaged) unreadable.push(name);
      // A restore has ended since the folder was read.
      else if (!(thrown instanceof ObjectMissing)) throw thrown;
    });
  });
  return { leases, unreadable: unreadable.sort() };
}

export function isRunning(lease: Lease, now: Instant): boolean {
  return lease.until > now;
}

export interface LeaseOrder {
  readonly snapshot: SnapshotId;
  readonly tree: Uint8Array;
  readonly holder: string;
  now(): Instant;
}

/**
 * Runs `work` under a lease: written before anything is read, renewed while it goes on, removed at its end.
 * Where it can't be written the work goes on without: what a prune takes away meanwhile is read in the trash,
 * and found missing once it has gone from there too.
 */
export async function underLease<Result>(
  store: ObjectStore,
  order: LeaseOrder,
  work: () => Promise<Result>,
): Promise<Result> {
  const lease = new HeldLease(store, order);
  const renew = () => store.notes.write(leaseNote, () => lease.renew());
  await renew();
  // What fails at a renewal is tried again at the next: the lease holds for several.
  const timer = setInterval(() => void renew().catch(() => undefined), renewEveryMs);
  timer.unref();
  try {
    return await work();
  } finally {
    clearInterval(timer);
    await lease.end();
  }
}

const leaseNote = {
  what: "in the repository that a restore goes on",
  means:
    "A prune or a forget on another machine does not know of it; should one take away what is still to be read, the restore names that and writes no wrong byte.",
};

class HeldLease {
  readonly #store: ObjectStore;
  readonly #order: LeaseOrder;
  readonly #names: string[] = [];
  #ended = false;

  constructor(store: ObjectStore, order: LeaseOrder) {
    this.#store = store;
    this.#order = order;
  }

  /**
   * The lease before the last goes, and not the last: a listing that goes on meanwhile may miss the new one,
   * and must not miss both.
   */
  async renew(): Promise<void> {
    const { snapshot, tree, holder, now } = this.#order;
    const from = now();
    const lease = { snapshot, tree, holder, from, until: from + leaseMs };
    const drawn = { type: "lease", randomBytes: 10, nameOf: leaseName } as const;
    const { name } = await putDrawn(this.#store, drawn, encodeLease(lease));
    this.#names.push(name);
    const keep = this.#ended ? 0 : 2;
    while (this.#names.length > keep) await this.#store.backend.remove(this.#names.shift()!);
  }

  /** A lease that can't be removed runs out by itself: that must not fail a restore that is done. */
  async end(): Promise<void> {
    this.#ended = true;
    const removing = this.#names.splice(0).map((name) => this.#store.backend.remove(name));
    await Promise.allSettled(removing);
  }
}

import type { Engine } from "./engine.ts";
import type { RecoveryModel } from "./instance-definition.ts";
import { type DatabaseState, isOnline } from "./instance-state.ts";
import { SqlError } from "./sql-error.ts";

/** The availability group of the site's database, as one of its two replicas sees it. */
export interface AvailabilityGroup {
  readonly id: string;
  readonly name: string;
  readonly listener: string;
  /** Where backups are wanted: 0 on the primary, 2 on a secondary as long as there is one. */
  readonly preference: 0 | 2;
  /** The replica on this server, then the other one. */
  readonly replicas: readonly [Replica, Replica];
}

export interface Replica {
  readonly id: string;
  readonly server: string;
  readonly host: string;
  readonly isPrimary: boolean;
}

/** The group that the incidents in force put the site's database into; none is the usual case. */
export function availabilityGroup(engine: Engine): AvailabilityGroup | undefined {
  const isSecondary = engine.isInForce("replica-secondary") || engine.isInForce("replica-unreadable");
  const isElsewhere = engine.isInForce("replica-not-preferred");
  if (!isSecondary && !isElsewhere && !engine.isInForce("availability-group")) return undefined;
  const [name, ...domain] = engine.host.split(".");
  const other = `${name!}b`;
  return {
    id: "6e0b1c9e-3a64-4c8e-9d0b-2f8f5f1f7a01",
    name: "CMAG",
    listener: "cmlistener",
    preference: isSecondary || isElsewhere ? 2 : 0,
    replicas: [
      {
        id: "0b6f2a55-7c1d-4a5c-8f3b-1f0a7f3c1e11",
        server: engine.serverName,
        host: engine.host,
        isPrimary: !isSecondary,
      },
      {
        id: "0b6f2a55-7c1d-4a5c-8f3b-1f0a7f3c1e12",
        server: other.toUpperCase(),
        host: [other, ...domain].join("."),
        isPrimary: isSecondary,
      },
    ],
  };
}

/** The group of a database; of the lab's databases the site's alone can be in one. */
export function groupOfDatabase(engine: Engine, database: DatabaseState): AvailabilityGroup | undefined {
  return database.siteCode === null || !isOnline(database) ? undefined : availabilityGroup(engine);
}

/** Whether a database of this server is a copy of another replica's, which can be read and not written. */
export function isSecondary(engine: Engine, database: DatabaseState): boolean {
  return groupOfDatabase(engine, database)?.replicas[0].isPrimary === false;
}

/** Refuses with 976 a secondary that its group does not let be read. */
export function demandReadable(engine: Engine, database: DatabaseState): DatabaseState {
  const why = whyUnreadable(engine, database);
  if (why !== undefined) throw why;
  return database;
}

/** The error of a secondary that can't be read; none of every other database. */
export function whyUnreadable(engine: Engine, database: DatabaseState): SqlError | undefined {
  if (!engine.isInForce("replica-unreadable") || !isSecondary(engine, database)) return undefined;
  const text = `The target database, '${database.name}', is participating in an availability group and is currently not accessible for queries. Either data movement is suspended or the availability replica is not enabled for read access. To allow read-only access to this and other databases in the availability group, enable read access to one or more secondary availability replicas in the group.  For more information, see the ALTER AVAILABILITY GROUP statement in SQL Server Books Online.`;
  return new SqlError(976, text, { class: 14 });
}

/** Whether this replica is the one on which backups of a database are wanted; so it is without a group. */
export function isPreferredReplica(engine: Engine, database: DatabaseState): boolean {
  const group = groupOfDatabase(engine, database);
  return group === undefined || group.replicas[0].isPrimary === (group.preference === 0);
}

/** The recovery model as it counts: a group takes only databases in the full one. */
export function recoveryModelOf(engine: Engine, database: DatabaseState): RecoveryModel {
  return groupOfDatabase(engine, database) === undefined ? database.recoveryModel : "FULL";
}

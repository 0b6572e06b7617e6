import { relation } from "../facts/relation.ts";
import { viewAnyDefinition, viewServerState } from "../facts/right.ts";
import { sqlDocs } from "../facts/witnesses.ts";

/** The servers that have a copy of the databases of an availability group. */
export const availabilityReplicas = relation({
  name: "sys.availability_replicas",
  at: "server",
  says: "one row for a replica of each group that this server belongs to; only its own where the cluster can't be reached",
  right: viewAnyDefinition,
  columns: {
    replica_id: { type: "guid", says: "sys.databases.replica_id of its databases", confidence: 99 },
    group_id: { type: "guid", says: "the group", confidence: 99 },
    replica_server_name: {
      type: "text",
      says: "the server, with its instance where that is a named one",
      confidence: 99,
    },
  },
  witnesses: [sqlDocs("sys.availability_replicas")],
  confidence: 97,
  otherwise: "backups that were taken on other replicas are not counted, which is told",
});

/** How far the copies of a group's databases are. */
export const replicaStates = relation({
  name: "sys.dm_hadr_database_replica_states",
  at: "server",
  says: "on a secondary replica one row for each of its own databases that is in a group",
  right: viewServerState,
  columns: {
    database_id: { type: "whole", says: "sys.databases.database_id of this server", confidence: 99 },
    is_local: { type: "bit", says: "the database is one of this server", confidence: 99 },
    last_commit_time: {
      type: "time",
      says: "when the newest transaction that this copy holds was committed on the primary, by the primary's clock and in its zone; of a quiet database it is old, though nothing lacks",
      confidence: 93,
      ifNull: "none was committed since the replica joined",
    },
  },
  witnesses: [sqlDocs("sys.dm_hadr_database_replica_states")],
  confidence: 95,
  otherwise: "how old what a secondary replica holds is unknown, which is told, and the window is not proven",
});

import { relation } from "../facts/relation.ts";
import { viewAnyDefinition } from "../facts/right.ts";
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

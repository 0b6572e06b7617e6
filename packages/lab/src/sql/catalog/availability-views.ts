import { availabilityGroup, groupOfDatabase } from "../availability.ts";
import type { Client, Engine } from "../engine.ts";
import { may, seesDatabase } from "../permissions.ts";
import type { GeneratedView } from "./generated-relation.ts";

const preferences = ["PRIMARY", "SECONDARY_ONLY", "SECONDARY", "NONE"];

/** sys.availability_groups */
export function groups(engine: Engine, client: Client): GeneratedView {
  const group = may(client.login, "view-any-definition") ? availabilityGroup(engine) : undefined;
  return {
    columns: [
      "group_id uniqueidentifier", "name sysname", "resource_id nvarchar(40)", "resource_group_id nvarchar(40)",
      "failure_condition_level int", "health_check_timeout int", "automated_backup_preference tinyint",
      "automated_backup_preference_desc nvarchar(60)", "version smallint", "basic_features bit", "dtc_support bit",
      "db_failover bit", "is_distributed bit", "cluster_type tinyint", "cluster_type_desc nvarchar(60)",
      "required_synchronized_secondaries_to_commit int", "sequence_number bigint", "is_contained bit",
    ], // prettier-ignore
    rows: group === undefined ? [] : [[
      group.id, group.name, group.id, group.id, 3, 30_000, group.preference, preferences[group.preference]!, 1, 0, 0, 0, 0, 0,
      "wsfc", 0, 1, 0,
    ]], // prettier-ignore
  };
}

/** sys.availability_replicas */
export function replicas(engine: Engine, client: Client): GeneratedView {
  const group = may(client.login, "view-any-definition") ? availabilityGroup(engine) : undefined;
  const created = engine.localTime(engine.state.createdAtMs);
  const isReadable = !engine.isInForce("replica-unreadable");
  return {
    columns: [
      "replica_id uniqueidentifier", "group_id uniqueidentifier", "replica_metadata_id int",
      "replica_server_name nvarchar(256)", "owner_sid varbinary(85)", "endpoint_url nvarchar(128)",
      "availability_mode tinyint", "availability_mode_desc nvarchar(60)", "failover_mode tinyint",
      "failover_mode_desc nvarchar(60)", "session_timeout int", "primary_role_allow_connections tinyint",
      "primary_role_allow_connections_desc nvarchar(60)", "secondary_role_allow_connections tinyint",
      "secondary_role_allow_connections_desc nvarchar(60)", "create_date datetime", "modify_date datetime",
      "backup_priority int", "read_only_routing_url nvarchar(256)", "seeding_mode tinyint", "seeding_mode_desc nvarchar(60)",
    ], // prettier-ignore
    rows: (group?.replicas ?? []).map(({ id, server, host }, at) => [
      id, group!.id, at === 0 ? 65_536 : null, server, new Uint8Array([1]), `TCP://${host}:5022`, 1, "SYNCHRONOUS_COMMIT", 0,
      "AUTOMATIC", 10, 2, "ALL", ...(isReadable ? [2, "ALL"] : [0, "NO"]), created, created, 50, null, 0, "AUTOMATIC",
    ]), // prettier-ignore
  };
}

/** sys.availability_group_listeners */
export function listeners(engine: Engine, client: Client): GeneratedView {
  const group = may(client.login, "view-any-definition") ? availabilityGroup(engine) : undefined;
  return {
    columns: [
      "group_id uniqueidentifier", "listener_id nvarchar(36)", "dns_name nvarchar(63)", "port int", "is_conformant bit",
      "ip_configuration_string_from_cluster nvarchar(max)",
    ], // prettier-ignore
    rows: group === undefined ? [] : [[group.id, group.id, group.listener, 1433, 1, null]],
  };
}

/** sys.availability_databases_cluster: rows about databases, to those who may see them. */
export function clusterDatabases(engine: Engine, client: Client): GeneratedView {
  const shown = engine.state.databases.flatMap((it) => {
    const group = seesDatabase(client.login, it) ? groupOfDatabase(engine, it) : undefined;
    return group === undefined ? [] : [[group.id, it.familyGuid, it.name]];
  });
  return {
    columns: ["group_id uniqueidentifier", "group_database_id uniqueidentifier", "database_name sysname"],
    rows: shown,
  };
}

/** sys.dm_hadr_availability_replica_states: the primary knows of both, a secondary of itself alone. */
export function replicaStates(engine: Engine): GeneratedView {
  const group = availabilityGroup(engine);
  const isPrimary = group?.replicas[0].isPrimary ?? false;
  const known = group?.replicas.filter((_, at) => at === 0 || isPrimary) ?? [];
  return {
    columns: [
      "replica_id uniqueidentifier", "group_id uniqueidentifier", "is_local bit", "role tinyint", "role_desc nvarchar(60)",
      "operational_state tinyint", "operational_state_desc nvarchar(60)", "connected_state tinyint",
      "connected_state_desc nvarchar(60)", "recovery_health tinyint", "recovery_health_desc nvarchar(60)",
      "synchronization_health tinyint", "synchronization_health_desc nvarchar(60)", "last_connect_error_number int",
    ], // prettier-ignore
    rows: known.map((it, at) => [
      it.id, group!.id, at === 0 ? 1 : 0, it.isPrimary ? 1 : 2, it.isPrimary ? "PRIMARY" : "SECONDARY",
      at === 0 ? 2 : null, at === 0 ? "ONLINE" : null, 1, "CONNECTED", at === 0 ? 1 : null, at === 0 ? "ONLINE" : null, 2,
      "HEALTHY", null,
    ]), // prettier-ignore
  };
}

/** sys.dm_hadr_availability_group_states */
export function groupStates(engine: Engine): GeneratedView {
  const group = availabilityGroup(engine);
  const primary = group?.replicas.find((it) => it.isPrimary);
  return {
    columns: [
      "group_id uniqueidentifier", "primary_replica nvarchar(128)", "primary_recovery_health tinyint",
      "primary_recovery_health_desc nvarchar(60)", "secondary_recovery_health tinyint",
      "secondary_recovery_health_desc nvarchar(60)", "synchronization_health tinyint",
      "synchronization_health_desc nvarchar(60)",
    ], // prettier-ignore
    rows: group === undefined ? [] : [[group.id, primary!.server, 1, "ONLINE", 1, "ONLINE", 2, "HEALTHY"]],
  };
}

/** sys.dm_hadr_database_replica_states: of this replica's databases. */
export function databaseReplicaStates(engine: Engine): GeneratedView {
  const rows = engine.state.databases.flatMap((it) => {
    const group = groupOfDatabase(engine, it);
    if (group === undefined) return [];
    const { id, isPrimary } = group.replicas[0];
    return [[
      it.id, group.id, id, it.familyGuid, 1, Number(isPrimary), 2, "SYNCHRONIZED", 1, 2, "HEALTHY", 0, "ONLINE", 0, null, it.lsn,
      engine.localTime(),
    ]]; // prettier-ignore
  });
  return {
    columns: [
      "database_id int", "group_id uniqueidentifier", "replica_id uniqueidentifier", "group_database_id uniqueidentifier",
      "is_local bit", "is_primary_replica bit", "synchronization_state tinyint", "synchronization_state_desc nvarchar(60)",
      "is_commit_participant bit", "synchronization_health tinyint", "synchronization_health_desc nvarchar(60)",
      "database_state tinyint", "database_state_desc nvarchar(60)", "is_suspended bit", "suspend_reason tinyint",
      "last_hardened_lsn numeric(25,0)", "last_commit_time datetime",
    ], // prettier-ignore
    rows,
  };
}

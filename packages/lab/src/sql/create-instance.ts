import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { createTrackingTables, setChangeTracking, trackTable } from "./change-tracking.ts";
import { createDatabase } from "./database-file.ts";
import { addCertificate, addMasterKey, createKeyTables } from "./database-keys.ts";
import { createLivingTable } from "./living-columns.ts";
import { newGuid } from "./guid.ts";
import type { DatabaseDefinition, InstanceDefinition } from "./instance-definition.ts";
import { type DatabaseState, type InstanceState, writeInstanceState } from "./instance-state.ts";
import { firstLsn } from "./lsn.ts";
import { products } from "./product.ts";
import { createModuleTable } from "./modules.ts";
import { createHistoryTables } from "./msdb.ts";

/** Where SQL Server sees the folder `data` of an instance. */
export const dataFolder = "D:\\SQLData\\";

/** Makes the files of an instance: `instance.json` and one `data/*.mdf` for each database. */
export function createInstance(folder: string, definition: InstanceDefinition, nowMs: number): void {
  mkdirSync(join(folder, "data"), { recursive: true });
  const state: InstanceState = {
    version: 1,
    host: definition.host,
    serviceAccount: definition.serviceAccount,
    utcOffsetMinutes: definition.utcOffsetMinutes ?? 60,
    createdAtMs: nowMs,
    drives: definition.drives,
    shares: definition.shares,
    logins: definition.logins,
    ...(definition.product && { product: definition.product }),
    nextDatabaseId: 5,
    databases: [],
  };
  const master = addDatabase(folder, state, { definition: system("master"), id: 1, nowMs });
  addKeys(master, definition, "master", nowMs);
  master.close();
  addDatabase(folder, state, { definition: system("tempdb"), id: 2, nowMs }).close();
  addDatabase(folder, state, { definition: system("model"), id: 3, nowMs }).close();
  const product = products[definition.product ?? "2022"];
  const history = system("msdb", (db) => createHistoryTables(db, product));
  addDatabase(folder, state, { definition: history, id: 4, nowMs }).close();
  for (const database of definition.databases) {
    const made = addDatabase(folder, state, { definition: database, id: state.nextDatabaseId++, nowMs });
    addKeys(made, definition, database.name, nowMs);
    made.close();
  }
  writeInstanceState(folder, state);
}

function system(name: string, seed: (db: DatabaseSync) => void = () => undefined): DatabaseDefinition {
  return { name, recoveryModel: "SIMPLE", seed };
}

/** Makes the file of a new database and enters it into the state. Returns the open database. */
export function addDatabase(
  folder: string,
  state: InstanceState,
  of: {
    readonly definition: DatabaseDefinition;
    readonly id: number;
    readonly nowMs: number;
    readonly owner?: string;
  },
): DatabaseSync {
  const { definition, id, nowMs, owner } = of;
  const entry = { ...describeDatabase(definition, id, nowMs), ...(owner !== undefined && { owner }) };
  const db = createDatabase(join(folder, entry.localFile));
  const at = { db, alias: "main" };
  createTrackingTables(at);
  createKeyTables(at);
  createLivingTable(at, definition.living ?? []);
  createModuleTable(at, definition.modules ?? []);
  definition.seed(db);
  if (definition.changeTracking !== undefined) {
    setChangeTracking(at, definition.changeTracking, nowMs);
    for (const table of definition.changeTracking.tables) trackTable(at, table);
  }
  writeFileSync(join(folder, entry.localLog), Buffer.alloc(65_536));
  state.databases.push(entry);
  return db;
}

function describeDatabase(definition: DatabaseDefinition, id: number, nowMs: number): DatabaseState {
  const { name, recoveryModel } = definition;
  const isSystem = id < 5;
  return {
    id,
    name,
    localFile: `data/${name}.mdf`,
    localLog: `data/${name}_log.ldf`,
    dataFile: `${dataFolder}${name}.mdf`,
    logFile: `${dataFolder}${name}_log.ldf`,
    logicalData: name,
    logicalLog: `${name}_log`,
    createdAtMs: nowMs,
    familyGuid: newGuid(),
    forkGuid: newGuid(),
    fileGuid: newGuid(),
    brokerGuid: newGuid(),
    siteCode: definition.siteCode ?? null,
    recoveryModel,
    isBrokerEnabled: !isSystem,
    isTrustworthyOn: definition.siteCode !== undefined,
    isHonorBrokerPriorityOn: definition.siteCode !== undefined,
    isSingleUser: false,
    lsn: firstLsn,
    differentialBase: null,
    lastFullLsn: null,
    logChainLsn: null,
    restoring: null,
  };
}

function addKeys(db: DatabaseSync, definition: InstanceDefinition, database: string, nowMs: number): void {
  const at = { db, alias: "main" };
  const isHere = (name: string): boolean => name.toLowerCase() === database.toLowerCase();
  // That of master is there for what incidents bring.
  if (definition.masterKeys.some(isHere)) addMasterKey(at, nowMs, { isIdle: database === "master" });
  for (const certificate of definition.certificates.filter((it) => isHere(it.database))) {
    addCertificate(at, certificate, nowMs);
  }
}

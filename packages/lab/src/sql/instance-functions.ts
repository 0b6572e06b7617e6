import type { SqlValue } from "../tds/sql-type.ts";
import { dataFolder } from "./create-instance.ts";
import { typeNameOf } from "./catalog/column-views.ts";
import { fileProperty } from "./catalog/database-views.ts";
import { objectDefinition } from "./catalog/module-views.ts";
import { databaseProperty } from "./catalog/server-views.ts";
import { findObject, listObjects, type UserObject } from "./catalog/user-objects.ts";
import { listTrackedTables, readChangeTracking } from "./change-tracking.ts";
import { type Client, collationName, type Engine } from "./engine.ts";
import { certificatesOf } from "./certificates.ts";
import type { DatabaseCertificate } from "./database-keys.ts";
import { availabilityGroup, isPreferredReplica } from "./availability.ts";
import { openByPrivateKey, sealByCertificate } from "./seal.ts";
import { sidOf } from "./sid.ts";
import { isMasterKeyOpen } from "./open-keys.ts";
import { listModules } from "./modules.ts";
import type { Product } from "./product.ts";
import { renderPvk } from "./pvk.ts";
import { type DatabaseState, isOnline } from "./instance-state.ts";
import {
  hasDatabaseRight,
  hasObjectRight,
  hasServerRight,
  isMember,
  may,
  mayEnter,
  opensPrivateKey,
  seesCertificate,
  seesDefinitions,
  seesObject,
} from "./permissions.ts";
import type { RuntimeFunction } from "./runtime/register-functions.ts";

/** The text of `@@VERSION`. */
export function versionText({ name, update, version }: Product): string {
  return `Microsoft SQL Server ${name} (RTM-${update}) - ${version.join(".")}.1 (X64) \n\tStandard Edition (64-bit) on Windows Server 2022 Standard 10.0 <X64> (Build 20348: ) (sitekeep lab)`;
}

/**
 * The functions that ask the instance, for the client that `current` names: SQLite calls them while one
 * statement of that client runs.
 */
export function instanceFunctions(
  engine: Engine,
  current: () => Client,
): Readonly<Record<string, RuntimeFunction>> {
  const here = (): DatabaseState => engine.onlineDatabase(current().database);
  const named = (name: SqlValue | undefined): DatabaseState | undefined =>
    name === undefined ? here() : name === null ? undefined : engine.findDatabase(String(name));
  const tracked = (): boolean =>
    may(current().login, "view-change-tracking") && !engine.isInForce("no-change-tracking");
  return {
    lab_server_property: (name = null) => serverProperty(engine, String(name)),
    lab_database_property: (name = null, property = null) => {
      const database = named(name);
      return database === undefined ? null : databaseProperty(engine, database, String(property));
    },
    lab_file_property: (file = null, property = null) =>
      fileProperty(engine, here(), { file: String(file), property: String(property) }),
    lab_db_id: (name) => named(name)?.id ?? null,
    lab_db_name: (id) =>
      id === undefined
        ? here().name
        : (engine.state.databases.find((it) => it.id === Number(id))?.name ?? null),
    lab_object_id: (name = null) => {
      const found = name === null ? undefined : findNamed(engine, here(), String(name));
      const isShown = found !== undefined && seesObject(current().login, found.database, found.object.name);
      return isShown ? found.object.id : programId(engine, current(), name);
    },
    lab_object_name: (id = null) => {
      const object = listObjects(engine.open(here())).find((it) => it.id === Number(id));
      return object !== undefined && seesObject(current().login, here(), object.name) ? object.name : null;
    },
    lab_object_definition: (id = null) =>
      id === null ? null : objectDefinition(engine, current(), { database: here(), id: Number(id) }),
    lab_type_name: (id = null) => typeNameOf(Number(id)),
    lab_has_access: (name = null) => {
      const database = named(name);
      if (database === undefined) return null;
      return Number(isOnline(database) && mayEnter(current().login, database));
    },
    lab_server_role: (role = null) => isMember(current().login, String(role)),
    lab_database_role: (role = null) => isMember(current().login, String(role)),
    lab_has_permission: (securable = null, kind = null, permission = null) =>
      hasRight(engine, current(), { securable, kind, name: String(permission).toUpperCase() }),
    lab_tracking_version: () =>
      engine.isInForce("no-change-tracking")
        ? null
        : (readChangeTracking(engine.open(here()))?.version ?? null),
    lab_tracking_minimum: (id = null) => {
      const at = engine.open(here());
      const name = listObjects(at).find((it) => it.id === Number(id))?.name;
      const table = tracked() ? listTrackedTables(at).find((it) => it.name === name) : undefined;
      return table?.minValidVersion ?? null;
    },
    lab_site_code: () => here().siteCode,
    ...ownFunctions(engine),
    ...certificateFunctions(engine, () => ({ client: current(), database: here() })),
  };
}

/** What is asked of logins and of replicas, whoever asks. */
function ownFunctions(engine: Engine): Readonly<Record<string, RuntimeFunction>> {
  return {
    lab_login_of: (sid = null) => {
      const bytes = Buffer.from(sid as Uint8Array);
      const names = ["sa", ...engine.state.logins.map((it) => it.user)];
      return names.find((it) => bytes.equals(sidOf(it))) ?? null;
    },
    // A database that is in no group, or that there is not, is nobody else's to back up.
    lab_preferred_replica: (name = null) => {
      const database = name === null ? undefined : engine.findDatabase(String(name));
      return Number(database === undefined || isPreferredReplica(engine, database));
    },
  };
}

/**
 * What is asked about certificates of the current database. There is no value where the client is not shown
 * the certificate, nor for a private key that it may not have or that the given password does not open.
 */
function certificateFunctions(
  engine: Engine,
  at: () => { readonly client: Client; readonly database: DatabaseState },
): Readonly<Record<string, RuntimeFunction>> {
  const find = (is: (certificate: DatabaseCertificate) => boolean): DatabaseCertificate | undefined => {
    const { client, database } = at();
    return certificatesOf(engine, database).find(
      (it) => is(it) && seesCertificate(client.login, database, it.name),
    );
  };
  /** The private key, for who may have it, where the master key is open or the right password is given. */
  const privateKey = (of: DatabaseCertificate, decryption: SqlValue): string | undefined => {
    const { client, database } = at();
    const isClosed = of.keyEncryption === "MASTER KEY" && !isMasterKeyOpen(client, database);
    if (isClosed || !opensPrivateKey(client.login, of.name) || of.keyPassword !== decryption)
      return undefined;
    return of.privateKeyPem;
  };
  return {
    lab_certificate_id: (name = null) => {
      const wanted = String(name)
        .replace(/^\[(.*)\]$/, "$1")
        .toLowerCase();
      return find((it) => it.name.toLowerCase() === wanted)?.id ?? null;
    },
    lab_certificate: (id = null) => find((it) => it.id === Number(id))?.certificateDer ?? null,
    lab_private_key: (id = null, password = null, decryption = null) => {
      const found = find((it) => it.id === Number(id));
      const key = found && privateKey(found, decryption);
      if (key === undefined || password === null) return null;
      return new Uint8Array(renderPvk(key, String(password)));
    },
    lab_encrypt: (id = null, text = null) => {
      const found = find((it) => it.id === Number(id));
      if (found === undefined || text === null) return null;
      return sealByCertificate(found.certificateDer, text);
    },
    lab_decrypt: (id = null, sealed = null, decryption = null) => {
      const found = find((it) => it.id === Number(id));
      const key = found && privateKey(found, decryption);
      if (key === undefined || sealed === null) return null;
      return openByPrivateKey(key, sealed) ?? null;
    },
  };
}

/** A procedure or function by its name, to who sees definitions. */
function programId(engine: Engine, client: Client, name: SqlValue): number | null {
  const database = engine.onlineDatabase(client.database);
  if (name === null || !seesDefinitions(client.login, database)) return null;
  const wanted = String(name).replaceAll(/[[\]]/g, "").split(".").at(-1)!.toLowerCase();
  return listModules(engine.open(database)).find((it) => it.name.toLowerCase() === wanted)?.id ?? null;
}

/** A right as HAS_PERMS_BY_NAME is asked for it. */
interface AskedRight {
  readonly securable: SqlValue;
  readonly kind: SqlValue;
  readonly name: string;
}

/** 1 or 0; NULL where there is no such thing, or no such right on it. */
function hasRight(engine: Engine, client: Client, { securable, kind, name }: AskedRight): 0 | 1 | null {
  if (securable === null) return hasServerRight(client.login, name);
  const here = engine.onlineDatabase(client.database);
  switch (String(kind).toUpperCase()) {
    case "DATABASE": {
      const database = engine.findDatabase(String(securable).replace(/^\[(.*)\]$/, "$1"));
      return database === undefined ? null : hasDatabaseRight(client.login, database, name);
    }
    case "OBJECT": {
      const found = findNamed(engine, here, String(securable));
      if (found === undefined || !mayEnter(client.login, found.database)) return null;
      return hasObjectRight(client.login, { database: found.database, object: found.object.name }, name);
    }
    default:
      return null;
  }
}

/** Finds a table or view by a name in up to three parts, with or without brackets. */
function findNamed(
  engine: Engine,
  current: DatabaseState,
  written: string,
): { readonly database: DatabaseState; readonly object: UserObject } | undefined {
  const parts = written.match(/\[[^\]]*\]|[^.]+/g)?.map((part) => part.replace(/^\[|\]$/g, "")) ?? [];
  const database = parts.length === 3 ? engine.findDatabase(parts[0]!) : current;
  if (database === undefined || !isOnline(database)) return undefined;
  const object = findObject(engine.open(database), parts.at(-1) ?? "");
  return object && { database, object };
}

function serverProperty(engine: Engine, name: string): string | number | null {
  const { version, update } = engine.product;
  const isNamed = engine.isInForce("clustered-named-instance");
  const group = availabilityGroup(engine);
  const values: Readonly<Record<string, string | number | null>> = {
    servername: engine.serverName,
    machinename: engine.serverName,
    computernamephysicalnetbios: engine.serverName,
    instancename: isNamed ? "CM" : null,
    productversion: `${version.join(".")}.1`,
    productmajorversion: String(version[0]),
    productminorversion: String(version[1]),
    productbuild: String(version[2]),
    productlevel: "RTM",
    productupdatelevel: update,
    edition:
      group === undefined ? "Standard Edition (64-bit)" : "Enterprise Edition: Core-based Licensing (64-bit)",
    engineedition: group === undefined ? 2 : 3,
    collation: engine.isInForce("foreign-collation") ? "Latin1_General_CI_AS" : collationName,
    isclustered: Number(isNamed),
    ishadrenabled: Number(group !== undefined),
    hadrmanagerstatus: group === undefined ? null : 1,
    isintegratedsecurityonly: 0,
    issingleuser: 0,
    instancedefaultdatapath: dataFolder,
    instancedefaultlogpath: dataFolder,
    // A property of 2019 and later; before, as for every name that is unknown, there is no value.
    instancedefaultbackuppath: version[0] < 15 ? null : `${dataFolder}Backup\\`,
    processid: process.pid,
  };
  return values[name.toLowerCase()] ?? null;
}

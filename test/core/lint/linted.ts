import { absent, known } from "../../../src/core/base/fact.ts";
import type { Instant } from "../../../src/core/base/instant.ts";
import type { JsonObject } from "../../../src/core/base/json.ts";
import type { Problem } from "../../../src/core/base/problem.ts";
import type { Observation } from "../../../src/core/model/observation.ts";
import type { ResolvedPolicy } from "../../../src/core/model/policy/resolved-policy.ts";
import type { RoleServer, SiteLook } from "../../../src/core/model/site-look.ts";
import type { Source } from "../../../src/core/model/policy/source.ts";
import {
  address,
  database,
  library,
  noon,
  observationOf,
  policyOf,
  registry,
  snapshotOf,
} from "../../support/build-site.ts";

export { database, library, noon, registry };

export const files: Source = {
  kind: "site-files",
  name: "files",
  root: "D:\\ConfigMgr",
  include: [],
  exclude: [],
};
export const task: Source = { kind: "task-backup", name: "task", site: "\\\\backup01\\CMBackup$" };
export const reports: Source = {
  kind: "reporting-server",
  name: "reports",
  on: "ssrs01.contoso.com",
  databases: [{ ...address, name: "ReportServer" }],
  discover: true,
  folders: [],
};
export const updates: Source = {
  kind: "sql-database",
  name: "updates",
  database: { ...address, name: "SUSDB" },
  compression: false,
};
export const userState: Source = {
  kind: "user-state",
  name: "userState",
  discover: true,
  database: address,
  folders: [],
};
export const packages: Source = {
  kind: "package-sources",
  name: "packages",
  discover: true,
  database: address,
  folders: [],
  exclude: [],
};
export const sqlKeys: Source = {
  kind: "sql-keys",
  name: "sqlKeys",
  database: address,
  include: ["bitlocker", "tde", "backup-encryption", "master-key"],
};

export const everything: readonly Source[] = [
  database,
  registry,
  library,
  files,
  reports,
  updates,
  userState,
  packages,
  sqlKeys,
];

/** What the site's database is set to, as it must be but for what is said otherwise. */
export const settings = (changes: Readonly<Record<string, boolean>>): SiteLook => ({
  "site-database-settings": known({
    isBrokerEnabled: true,
    isTrustworthy: true,
    honorsBrokerPriority: true,
    ...changes,
  }),
});

/** Servers with roles, of each sort one but for what is said otherwise. */
export const roles = (changes: Readonly<Record<string, readonly RoleServer[]>>): SiteLook => ({
  "site-roles": known({
    "reporting-point": [{ server: "ssrs01.contoso.com", databaseServer: "sql01.contoso.com" }],
    "update-point": [{ server: "sup01.contoso.com", databaseServer: "sql01.contoso.com" }],
    "state-migration-point": [{ server: "smp01.contoso.com" }],
    ...changes,
  }),
});

/** A site that uses all that there is, and nothing is wrong with it. */
export const sound: SiteLook = {
  "site-version": known("5.00.9128.1000"),
  "sql-instance": known({ isClustered: false }),
  "server-collation": known("SQL_Latin1_General_CP1_CI_AS"),
  "database-collation": known("SQL_Latin1_General_CP1_CI_AS"),
  "recovery-model": known("SIMPLE"),
  "availability-group": absent,
  "database-encrypted": absent,
  "page-verify": known("CHECKSUM"),
  ...settings({}),
  "site-database-owner": known("sa"),
  "site-server-options": known({ clrEnabled: true, maxTextReplSize: 2_147_483_647 }),
  "preferred-replica": absent,
  "database-files": known(["E:\\SQLData\\CM_PS1.mdf", "F:\\SQLLogs\\CM_PS1_log.ldf"]),
  "broker-port": known(4022),
  "broker-port-noted": known(4022),
  "bitlocker-certificate": known(true),
  "encrypted-backups": absent,
  ...roles({}),
  "package-folders": absent,
  "content-folders": absent,
  "pending-update": absent,
};

/** Why a question was not answered. */
export const refused: Problem = {
  code: "sql-permission",
  severity: "error",
  message: "sql01 could not look: The SELECT permission was denied (error 229)",
  where: "PS1/CM_PS1",
  hint: "Run as an administrator of sql01: GRANT SELECT;",
};

export function policyWith(
  sources: readonly Source[],
  changes: Partial<ResolvedPolicy> = {},
): ResolvedPolicy {
  return policyOf({ sources, ...changes });
}

/** What is seen of a site otherwise than of the sound one. */
export interface Seen {
  readonly look?: SiteLook;
  readonly facts?: Readonly<Record<string, JsonObject>>;
  readonly window?: Observation["window"];
  /** When a point with the database was due that is held. */
  readonly held?: Instant;
}

/** A look at the sound site but for what is said otherwise. */
export function seen(policy: ResolvedPolicy, changes: Seen = {}): Observation {
  const observed = observationOf(policy, []);
  const sources = Object.fromEntries(
    policy.sources.map(({ name }) => [
      name,
      { answers: true as const, facts: changes.facts?.[name] ?? {}, risks: [] },
    ]),
  );
  const site = { ...sound, ...changes.look };
  const { held } = changes;
  const snapshot = held === undefined ? undefined : snapshotOf(database, held);
  const hold = { id: "h", at: noon, by: "cm01", note: "why", site: "PS1" };
  return {
    ...observed,
    sources,
    site,
    ...(changes.window && { window: changes.window }),
    ...(snapshot && {
      snapshots: [snapshot],
      holds: { living: [{ ...hold, snapshots: [snapshot.id] }], unreadable: [] },
    }),
  };
}

import type { JsonObject } from "../../../src/core/base/json.ts";
import { day } from "../../../src/core/base/instant.ts";
import type { Observation } from "../../../src/core/model/observation.ts";
import type { ResolvedPolicy } from "../../../src/core/model/policy/resolved-policy.ts";
import type { SiteLook } from "../../../src/core/model/site-look.ts";
import type { Source } from "../../../src/core/model/policy/source.ts";
import {
  address,
  database,
  library,
  noon,
  observationOf,
  policyOf,
  registry,
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

/** A site that uses all that there is, and nothing is wrong with it. */
export const sound: SiteLook = {
  version: "5.00.9128.1000",
  server: { isClustered: false, collation: "SQL_Latin1_General_CP1_CI_AS" },
  database: {
    recoveryModel: "SIMPLE",
    collation: "SQL_Latin1_General_CP1_CI_AS",
    isInAvailabilityGroup: false,
    isEncrypted: false,
    pageVerify: "CHECKSUM",
    isBrokerEnabled: true,
    isTrustworthy: true,
    honorsBrokerPriority: true,
    files: ["E:\\SQLData\\CM_PS1.mdf", "F:\\SQLLogs\\CM_PS1_log.ldf"],
  },
  brokerPort: { listens: 4022, noted: 4022 },
  keys: { bitlocker: true, encryptedBackups: 0, openableBackups: 0 },
  roles: {
    reportingPoints: [{ server: "ssrs01.contoso.com", databaseServer: "sql01.contoso.com" }],
    updatePoints: [{ server: "sup01.contoso.com", databaseServer: "sql01.contoso.com" }],
    stateMigrationPoints: [{ server: "smp01.contoso.com" }],
  },
};

export function policyWith(
  sources: readonly Source[],
  changes: Partial<ResolvedPolicy> = {},
): ResolvedPolicy {
  return policyOf({ sources, ...changes });
}

/** A look at the sound site but for what is said otherwise. */
export function seen(
  policy: ResolvedPolicy,
  changes: {
    readonly look?: Partial<SiteLook>;
    readonly facts?: Readonly<Record<string, JsonObject>>;
    readonly window?: Observation["window"];
  } = {},
): Observation {
  const observed = observationOf(policy, []);
  const sources = Object.fromEntries(
    policy.sources.map(({ name }) => [
      name,
      { answers: true as const, facts: changes.facts?.[name] ?? {}, risks: [] },
    ]),
  );
  const site = { ...sound, ...changes.look };
  return { ...observed, sources, site, ...(changes.window && { window: changes.window }) };
}

/** What changes of a database's traits. */
export const traits = (changes: Partial<NonNullable<SiteLook["database"]>>): Partial<SiteLook> => ({
  database: { ...sound.database!, ...changes },
});

export const weekAgo = noon - 7 * day;

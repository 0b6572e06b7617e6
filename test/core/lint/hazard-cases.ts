import { absent, known } from "../../../src/core/base/fact.ts";
import { day, formatInstant, hour } from "../../../src/core/base/instant.ts";
import type { ProblemCode } from "../../../src/core/base/problem-codes.ts";
import type {
  RepositoryAddress,
  ResolvedPolicy,
  Site,
} from "../../../src/core/model/policy/resolved-policy.ts";
import type { SiteDatabase, Source } from "../../../src/core/model/policy/source.ts";
import { address, policyOf, standAlone, trackingOf } from "../../support/build-site.ts";
import {
  database,
  everything,
  files,
  library as contentLibrary,
  noon,
  packages,
  refused,
  registry,
  reports,
  roles,
  settings,
  sqlKeys,
  task,
  updates,
  userState,
} from "./linted.ts";
import type { Seen } from "./linted.ts";

/** A site on which a hazard is told, and words of it. */
export type Firing = readonly [title: string, policy: Partial<ResolvedPolicy>, seen: Seen, words: string];
/** A site that comes near to it, on which nothing is told. */
export type Silent = readonly [title: string, policy: Partial<ResolvedPolicy>, seen?: Seen];

/** Where a hazard is told, what it names, and the keys of the policy that say it, where any do. */
export type Told = readonly [where: string, names: readonly string[], keys?: readonly string[]];

/** Every hazard needs both: one that never fires, and one that always does, is none. */
export interface HazardCases {
  readonly fires: readonly [Firing, ...Firing[]];
  readonly silent: readonly [Silent, ...Silent[]];
  /** Of the first site on which it fires. */
  readonly told: Told;
}

const { site } = policyOf();
const twoServers: Site = { ...site, servers: ["cm01.contoso.com", "cm02.contoso.com"] };
const { parent: _, ...alone } = site;
const central: Site = { ...alone, code: "CAS", type: "central-administration" };
const far = "\\\\vault\\sitekeep$";
const at = (folder: string, changes: Partial<RepositoryAddress> = {}): RepositoryAddress => ({
  name: "main",
  location: { folder },
  keys: [],
  encrypt: true,
  ...changes,
});
const copies = (folder: string) => [{ repository: at(folder) }];
const local = { as: "key-file", file: "D:\\keys\\main.key" } as const;
const taskTo = (folder: string, second?: string): Source => ({
  ...(task as Extract<Source, { kind: "task-backup" }>),
  site: folder,
  ...(second !== undefined && { database: second }),
});

const whole = { sources: everything };
const withLogs: SiteDatabase = { ...(database as SiteDatabase), logEveryMs: hour };
const external: SiteDatabase = { ...(database as SiteDatabase), method: "external" };
const replaced = (source: SiteDatabase) => ({ sources: [source, ...everything.slice(1)] });
const full = (changes: object) => ({
  lastFulls: [{ startedAt: "2026-11-21T03:00:00.000Z", vss: false, ...changes }],
});

export const hazardCases: Partial<Record<ProblemCode, HazardCases>> = {
  "repository-beside-site": {
    told: ["policies/ps1.yaml:1", ["main", "F:\\sitekeep"], ["repository"]],
    fires: [
      [
        "a repository on a drive of the site server",
        { repository: at("F:\\sitekeep") },
        {},
        "the site's own machines (F:\\sitekeep)",
      ],
      [
        "a repository on the site's own volume",
        { repository: at("D:\\sitekeep") },
        {},
        "the volume of the site itself",
      ],
      [
        "a repository on a share of the SQL Server",
        { repository: at("\\\\SQL01\\sitekeep$") },
        {},
        "own machines",
      ],
      [
        "copies that stay at the site",
        { repository: at("F:\\sitekeep", { copies: copies("\\\\cm01.contoso.com\\far$") }) },
        {},
        "takes every point",
      ],
      [
        "a repository of a site that is its own SQL Server",
        {
          site: { ...site, servers: [], database: { ...site.database, server: "localhost" } },
          repository: at("F:\\sitekeep"),
        },
        {},
        "own machines",
      ],
    ],
    silent: [
      ["a repository on another machine", {}],
      [
        "a repository at the site with a copy elsewhere",
        { repository: at("F:\\sitekeep", { copies: copies("\\\\vault\\far$") }) },
      ],
      [
        "a drive of nobody knows which machine",
        { site: { ...site, servers: [] }, repository: at("F:\\sitekeep") },
      ],
      ["a folder that is none of Windows", { repository: at("/srv/sitekeep") }],
    ],
  },
  "key-beside-site": {
    told: ["policies/ps1.yaml:1", ["main"], ["repository"]],
    fires: [
      [
        "keys that are all files of the site server",
        { repository: at(far, { keys: [local, { ...local, file: "\\\\cm01\\keys$\\second.key" }] }) },
        {},
        "nothing can be opened",
      ],
    ],
    silent: [
      [
        "a second key elsewhere",
        { repository: at(far, { keys: [local, { ...local, file: "\\\\vault\\keys$\\main.key" }] }) },
      ],
      [
        "a password as second key",
        { repository: at(far, { keys: [local, { as: "password", password: { env: "RECOVERY" } }] }) },
      ],
      ["no key at all", { repository: at(far) }],
    ],
  },
  "partner-not-named": {
    told: ["policies/ps1.yaml:1", ["PS1", "CAS"], ["site", "parent"]],
    fires: [
      ["a primary whose parent nobody can look at", { partners: {} }, {}, "database of CAS above"],
      [
        "a central site that names no primary",
        { site: central, partners: {} },
        {},
        "database of any primary below",
      ],
    ],
    silent: [
      ["a stand-alone primary without partners", standAlone()],
      ["a part of a site without its database and without partners", { partners: {}, sources: [registry] }],
    ],
  },
  "task-destination-name": {
    told: ["PS1/task", ["E:\\CM Backup"], ["sources", "task", "site"]],
    fires: [
      ["a destination with a space", { sources: [taskTo("E:\\CM Backup")] }, {}, "has a space"],
      [
        "a destination with an umlaut",
        { sources: [taskTo("\\\\backup01\\Sicherung für CM$")] },
        {},
        "letters beyond ASCII",
      ],
    ],
    silent: [["a destination of plain letters", { sources: [taskTo("E:\\CMBackup")] }]],
  },
  "task-destination-volume": {
    told: ["PS1/task", ["D:\\CMBackup", "D:\\ConfigMgr"], ["sources", "task", "site"]],
    fires: [
      [
        "a destination on the site's volume",
        { sources: [taskTo("D:\\CMBackup")] },
        {},
        "same volume as D:\\ConfigMgr",
      ],
      [
        "a destination on the site's volume by its share",
        { sources: [taskTo("\\\\cm01\\d$\\CMBackup")] },
        {},
        "same volume",
      ],
      [
        "the database's part on the volume of its data",
        { sources: [taskTo("\\\\backup01\\CM$", "E:\\CMBackup")] },
        {},
        "same volume as E:\\SQLData\\CM_PS1.mdf",
      ],
      [
        "the database's part on the volume of its log",
        { sources: [taskTo("\\\\backup01\\CM$", "F:\\CMBackup")] },
        {},
        "same volume as F:\\SQLLogs\\CM_PS1_log.ldf",
      ],
    ],
    silent: [
      [
        "a destination on another volume, and on a share of the SQL Server",
        { sources: [taskTo("E:\\CMBackup", "\\\\sql01\\CMBackup$")] },
      ],
      ["a destination for both that SQL Server has data on", { sources: [taskTo("E:\\CMBackup")] }],
      ["the database's part on a volume of its own", { sources: [taskTo("\\\\far\\CM$", "G:\\CMBackup")] }],
      [
        "the database's part on the site's drive letter",
        { sources: [taskTo("\\\\far\\CM$", "D:\\CMBackup")] },
      ],
      [
        "the database's part on a drive of another machine",
        { sources: [taskTo("\\\\far\\CM$", "\\\\far\\E$\\CM")] },
      ],
      ["a destination that is no place of Windows", { sources: [taskTo("/srv/cm", "/srv/cm")] }],
    ],
  },
  "task-destination-one-server": {
    told: ["PS1/task", ["E:\\CMBackup"], ["sources", "task", "site"]],
    fires: [
      [
        "a drive as destination of two servers",
        { site: twoServers, sources: [taskTo("E:\\CMBackup")] },
        {},
        "two machines",
      ],
    ],
    silent: [
      ["a share as destination of two servers", { site: twoServers, sources: [taskTo("\\\\backup01\\CM$")] }],
      [
        "a drive of the SQL Server as destination of the database's part",
        { site: twoServers, sources: [taskTo("\\\\backup01\\CM$", "G:\\CM")] },
      ],
      ["a drive of one named server", { site: twoServers, sources: [taskTo("\\\\cm01\\E$\\CM")] }],
    ],
  },
  "library-on-one-server": {
    told: ["PS1/library", ["library", "E:\\SCCMContentLib"], ["sources", "library", "folders"]],
    fires: [
      [
        "a library on a drive of one of two servers",
        { site: twoServers, sources: [contentLibrary] },
        {},
        "a drive of one of them",
      ],
    ],
    silent: [
      [
        "a library on a share for two servers",
        { site: twoServers, sources: [{ ...contentLibrary, folders: ["\\\\files01\\Content$"] } as Source] },
      ],
    ],
  },
  "user-state-without-database": {
    told: ["policies/ps1.yaml:1", ["PS1", "userState"], ["sources", "userState", "kind"]],
    fires: [["user states without the database", { sources: [userState] }, {}, "keys that open them"]],
    silent: [["user states with the database", { sources: [userState, database] }]],
  },
  "log-in-simple-model": {
    told: ["PS1/database", ["CM_PS1", "database", "SIMPLE"]],
    fires: [["log backups of a database in SIMPLE", replaced(withLogs), {}, "SIMPLE there are none"]],
    silent: [
      [
        "log backups of a database in FULL",
        replaced(withLogs),
        { look: { "recovery-model": known("FULL") }, facts: { database: full({}) } },
      ],
      ["a database in SIMPLE without log backups", whole],
    ],
  },
  "log-never-backed-up": {
    told: ["PS1/database", ["CM_PS1", "database", "FULL"]],
    fires: [
      [
        "a log that nobody ever took",
        whole,
        { look: { "recovery-model": known("FULL") }, facts: { database: full({}) } },
        "msdb knows of none",
      ],
      [
        "a log that was last taken a week ago",
        whole,
        {
          look: { "recovery-model": known("BULK_LOGGED") },
          facts: { database: { ...full({}), lastLogAt: formatInstant(noon - 7 * day) } },
        },
        "the last is of 2026-11-15 12:00Z",
      ],
    ],
    silent: [
      [
        "FULL with log backups of ours",
        replaced(withLogs),
        { look: { "recovery-model": known("FULL") }, facts: { database: full({}) } },
      ],
      [
        "FULL with fresh log backups of another tool",
        whole,
        {
          look: { "recovery-model": known("FULL") },
          facts: { database: { ...full({}), lastLogAt: formatInstant(noon - day) } },
        },
      ],
      ["FULL where msdb may not be read", whole, { look: { "recovery-model": known("FULL") } }],
      ["SIMPLE", whole, { facts: { database: full({}) } }],
    ],
  },
  "availability-group-task-files": {
    told: ["PS1/task", ["CM_PS1", "task"]],
    fires: [
      [
        "the task's files of a group's database",
        { sources: [task, ...everything.slice(1)] },
        {
          look: {
            "availability-group": known("6F9619FF-8B86-D011-B42D-00C04FC964FF"),
            "recovery-model": known("FULL"),
          },
        },
        "must not be used for it",
      ],
    ],
    silent: [
      [
        "a group's database with native backups",
        { sources: [task, ...everything] },
        { look: { "availability-group": known("6F96"), "recovery-model": known("FULL") } },
      ],
      ["the task's files of a database in no group", { sources: [task, ...everything.slice(1)] }],
    ],
  },
  "site-collation": {
    told: ["PS1/CM_PS1", ["CM_PS1", "Latin1_General_CI_AS"]],
    fires: [
      [
        "a database of another collation",
        whole,
        { look: { "database-collation": known("Latin1_General_CI_AS") } },
        "CM_PS1 has the collation Latin1_General_CI_AS",
      ],
      [
        "an instance of another collation",
        whole,
        { look: { "server-collation": known("Latin1_General_CI_AS") } },
        "its instance has Latin1_General_CI_AS",
      ],
    ],
    silent: [
      [
        "a collation for GB18030",
        whole,
        { look: { "database-collation": known("Chinese_Simplified_Pinyin_100_CI_AI") } },
      ],
    ],
  },
  "page-verify-off": {
    told: ["PS1/CM_PS1", ["CM_PS1", "PAGE_VERIFY NONE"]],
    fires: [
      ["pages without checksums", whole, { look: { "page-verify": known("NONE") } }, "PAGE_VERIFY NONE"],
    ],
    silent: [["pages with checksums", whole, { look: { "page-verify": known("CHECKSUM") } }]],
  },
  "site-database-settings": {
    told: ["PS1/CM_PS1", ["CM_PS1", "ENABLE_BROKER", "TRUSTWORTHY ON"]],
    fires: [
      [
        "a database as a restore leaves it",
        whole,
        { look: settings({ isBrokerEnabled: false, isTrustworthy: false }) },
        "lacks ENABLE_BROKER, TRUSTWORTHY ON, as",
      ],
      [
        "a database that honours no priority",
        whole,
        { look: settings({ honorsBrokerPriority: false }) },
        "lacks HONOR_BROKER_PRIORITY ON",
      ],
    ],
    silent: [["a database that has them all", whole, { look: settings({}) }]],
  },
  "site-database-owner": {
    told: ["PS1/CM_PS1", ["CM_PS1", "the login 0x0105"]],
    fires: [
      [
        "a database that belongs to who restored it",
        whole,
        { look: { "site-database-owner": known("the login 0x0105") } },
        "belongs to the login 0x0105 and not to sa",
      ],
    ],
    silent: [["a database of sa", whole, { look: { "site-database-owner": known("sa") } }]],
  },
  "site-server-options": {
    told: ["PS1/CM_PS1", ["sql01.contoso.com", "'clr enabled', 1", "'max text repl size (B)', 2147483647"]],
    fires: [
      [
        "an instance that was set up anew",
        whole,
        { look: { "site-server-options": known({ clrEnabled: false, maxTextReplSize: 65_536 }) } },
        "lacks 'clr enabled', 1, 'max text repl size (B)', 2147483647, as",
      ],
      [
        "an instance that replicates small texts alone",
        whole,
        { look: { "site-server-options": known({ clrEnabled: true, maxTextReplSize: 65_536 }) } },
        "lacks 'max text repl size (B)', 2147483647, as",
      ],
    ],
    silent: [["an instance that has both", whole]],
  },
  "availability-group-model": {
    told: ["PS1/CM_PS1", ["CM_PS1", "BULK_LOGGED"]],
    fires: [
      [
        "a group's database in BULK_LOGGED",
        replaced(withLogs),
        { look: { "availability-group": known("G"), "recovery-model": known("BULK_LOGGED") } },
        "in the recovery model BULK_LOGGED",
      ],
    ],
    silent: [
      [
        "a group's database in FULL",
        replaced(withLogs),
        { look: { "availability-group": known("G"), "recovery-model": known("FULL") } },
      ],
      ["a database in SIMPLE that is in no group", whole],
    ],
  },
  "replica-not-preferred": {
    told: ["PS1/database", ["CM_PS1", "database", "sql01.contoso.com"]],
    fires: [
      [
        "native backups on a replica that is not preferred",
        whole,
        { look: { "preferred-replica": known(false) } },
        "which may be behind",
      ],
      [
        "another tool on a replica that is not preferred",
        replaced(external),
        { look: { "preferred-replica": known(false) } },
        "other tools skip sql01.contoso.com without a word",
      ],
    ],
    silent: [["the preferred replica", whole, { look: { "preferred-replica": known(true) } }]],
  },
  "clustered-external-backup": {
    told: ["PS1/database", ["CM_PS1", "database", "CM"]],
    fires: [
      [
        "another tool on a named instance of a cluster",
        replaced(external),
        { look: { "sql-instance": known({ isClustered: true, name: "CM" }) } },
        "named instance CM",
      ],
      [
        "VSS backups of a named instance of a cluster",
        whole,
        {
          look: { "sql-instance": known({ isClustered: true, name: "CM" }) },
          facts: { database: full({ vss: true }) },
        },
        "DPM",
      ],
    ],
    silent: [
      [
        "another tool on the default instance of a cluster",
        replaced(external),
        { look: { "sql-instance": known({ isClustered: true }) } },
      ],
      [
        "another tool on a named instance of no cluster",
        replaced(external),
        { look: { "sql-instance": known({ isClustered: false, name: "CM" }) } },
      ],
      [
        "native backups on a named instance of a cluster",
        whole,
        { look: { "sql-instance": known({ isClustered: true, name: "CM" }) }, facts: { database: full({}) } },
      ],
    ],
  },
  "broker-port-differs": {
    told: ["PS1/CM_PS1", ["Service Broker", "port 4023", "port 4022"]],
    fires: [
      [
        "another port of Service Broker",
        whole,
        { look: { "broker-port": known(4023) } },
        "port 4023, and the site has noted 4022",
      ],
    ],
    silent: [
      [
        "the port that is noted",
        whole,
        { look: { "broker-port": known(4023), "broker-port-noted": known(4023) } },
      ],
      [
        "a port that nobody has noted",
        whole,
        { look: { "broker-port": known(4023), "broker-port-noted": absent } },
      ],
    ],
  },
  "change-tracking-two-days": {
    told: ["PS1/CM_PS1", ["the site database"]],
    fires: [
      [
        "two days at the site",
        whole,
        { window: { own: trackingOf({ retentionMs: 2 * day }), partners: {} } },
        "of the site database keeps 2 days",
      ],
      [
        "two days at a partner",
        whole,
        { window: { own: trackingOf(), partners: { CAS: trackingOf({ retentionMs: 2 * day }) } } },
        "of partner CAS keeps 2 days",
      ],
    ],
    silent: [
      ["five days", whole, { window: { own: trackingOf(), partners: {} } }],
      ["a window that could not be read", whole, { window: { own: { problem: refused }, partners: {} } }],
    ],
  },
  "keys-not-captured": {
    told: [
      "PS1/CM_PS1",
      ["CM_PS1", "BitLocker Management (BitLockerManagement_CERT)", "BitLocker Management"],
    ],
    fires: [
      [
        "BitLocker keys without their certificate",
        { sources: everything.filter((it) => it !== sqlKeys) },
        {},
        "BitLocker Management",
      ],
      [
        "an encrypted database and a policy for BitLocker alone",
        { sources: [...everything.slice(0, -1), { ...sqlKeys, include: ["bitlocker"] } as typeof sqlKeys] },
        {
          look: {
            "database-encrypted": known(true),
            "encrypted-backups": known({ all: 2, openable: 2 }),
          },
        },
        "transparent data encryption, the encryption of backups",
      ],
    ],
    silent: [
      [
        "keys that a source captures",
        whole,
        { look: { "database-encrypted": known(true), "encrypted-backups": known({ all: 1, openable: 1 }) } },
      ],
      [
        "no key at all",
        { sources: everything.filter((it) => it !== sqlKeys) },
        { look: { "bitlocker-certificate": absent } },
      ],
    ],
  },
  "backup-certificate-missing": {
    told: ["PS1/CM_PS1", ["CM_PS1"]],
    fires: [
      [
        "encrypted backups without their certificate",
        whole,
        { look: { "bitlocker-certificate": absent, "encrypted-backups": known({ all: 3, openable: 1 }) } },
        "2 encrypted backups",
      ],
    ],
    silent: [
      [
        "encrypted backups with their certificate",
        whole,
        { look: { "encrypted-backups": known({ all: 3, openable: 3 }) } },
      ],
    ],
  },
  "availability-group-unsupported": {
    told: ["PS1/reports", ["reports", "ReportServer"]],
    fires: [
      [
        "report server databases in a group",
        whole,
        { facts: { reports: { availabilityGroup: ["ReportServer"] } } },
        "ReportServer is in an availability group",
      ],
      [
        "the update catalogue in a group",
        whole,
        { facts: { updates: { availabilityGroup: ["SUSDB"] } } },
        "SUSDB is",
      ],
    ],
    silent: [
      ["helpers in no group", whole, { facts: { reports: { availabilityGroup: [] } } }],
      [
        "another database in a group",
        {
          sources: [
            ...everything,
            { ...updates, name: "other", database: { ...address, name: "Other" } } as Source,
          ],
        },
        { facts: { other: { availabilityGroup: ["Other"] } } },
      ],
    ],
  },
  "cd-latest-not-captured": {
    told: ["PS1/CM_PS1", ["PS1", "CD.Latest"]],
    fires: [
      [
        "a policy without files",
        { sources: everything.filter((it) => it !== files) },
        {},
        "captures CD.Latest",
      ],
      [
        "files without the media",
        {
          sources: everything.map((it) =>
            it === files ? ({ ...files, include: ["inboxes/**"] } as typeof files) : it,
          ),
        },
        {},
        "captures CD.Latest",
      ],
      [
        "media that are left out",
        {
          sources: everything.map((it) =>
            it === files ? ({ ...files, exclude: ["cd.latest/**"] } as typeof files) : it,
          ),
        },
        {},
        "captures CD.Latest",
      ],
    ],
    silent: [
      [
        "media within the task's set alone",
        { sources: [task, ...everything.filter((it) => it !== files && it !== database && it !== registry)] },
      ],
      [
        "media in a folder of their own",
        {
          sources: everything.map((it) =>
            it === files
              ? {
                  kind: "folder",
                  name: "media",
                  root: "d:\\configmgr\\cd.latest\\",
                  include: [],
                  exclude: [],
                }
              : it,
          ),
        },
      ],
    ],
  },
  "cd-latest-other-version": {
    told: ["PS1/files", ["CD.Latest", "files", "5.0.9106.1000", "5.00.9128.1000"]],
    fires: [
      [
        "media of another version",
        whole,
        { facts: { files: { cdLatest: "5.0.9106.1000" } } },
        "5.0.9106.1000, and the site is of 5.00.9128.1000",
      ],
    ],
    silent: [
      ["media of the site's build", whole, { facts: { files: { cdLatest: "5.0.9128.1007" } } }],
      ["media of an unknown version", whole, { facts: { files: { cdLatest: "unknown" } } }],
    ],
  },
  "control-file-not-in-force": {
    told: ["PS1/files", ["smsbkup.ctl", "files"]],
    fires: [
      [
        "a control file that was edited since the writer started",
        whole,
        { facts: { files: { controlFile: { editedAt: noon - hour, writerStartedAt: noon - day } } } },
        "edited at 2026-11-22 11:00Z",
      ],
    ],
    silent: [
      [
        "a control file older than the writer",
        whole,
        { facts: { files: { controlFile: { editedAt: noon - day, writerStartedAt: noon - hour } } } },
      ],
      [
        "a control file whose writer's start is not known",
        whole,
        { facts: { files: { controlFile: { editedAt: noon } } } },
      ],
    ],
  },
  "after-backup-mirrors": {
    told: ["PS1/files", ["AfterBackup.bat", "files"]],
    fires: [
      ["a script that mirrors", whole, { facts: { files: { afterBackup: { mirrors: true } } } }, "/MIR"],
    ],
    silent: [["a script that copies", whole, { facts: { files: { afterBackup: { mirrors: false } } } }]],
  },
  "library-not-in-use": {
    told: ["PS1/library", ["library", "\\\\files01\\Content$", "E:\\SCCMContentLib"]],
    fires: [
      [
        "a local copy of a library that is on a share",
        whole,
        { facts: { library: { inUse: "\\\\files01\\Content$" } } },
        "in \\\\files01\\Content$",
      ],
      [
        "a library that has another drive now",
        whole,
        { facts: { library: { inUse: "G:\\SCCMContentLib" } } },
        "captures E:\\SCCMContentLib",
      ],
    ],
    silent: [
      [
        "a library written in other letters",
        whole,
        { facts: { library: { inUse: "e:\\sccmcontentlib\\" } } },
      ],
    ],
  },
  "site-update-pending": {
    told: ["PS1/CM_PS1", ["Configuration Manager 2409 (5.00.9132.1000)"]],
    fires: [
      [
        "an update that is ready, with no point held",
        whole,
        { look: { "pending-update": known("Configuration Manager 2409 (5.00.9132.1000)") } },
        "is ready to be installed at PS1, and no point of the last 7d is held",
      ],
      [
        "a held point that is older than a week",
        whole,
        { look: { "pending-update": known("2409") }, held: noon - 8 * day },
        "no point of the last 7d",
      ],
    ],
    silent: [
      ["no update", whole],
      [
        "an update with a point that is held for it",
        whole,
        { look: { "pending-update": known("2409") }, held: noon - 6 * day },
      ],
    ],
  },
  "not-covered": {
    told: ["policies/ps1.yaml:1", ["PS1", "the reporting point ssrs01.contoso.com"]],
    fires: [
      [
        "a reporting point",
        { sources: everything.filter((it) => it !== reports) },
        {},
        "protects: the reporting point ssrs01.contoso.com.",
      ],
      [
        "state migration points",
        { sources: everything.filter((it) => it !== userState) },
        {},
        "user states on smp01.contoso.com",
      ],
      [
        "the update catalogue",
        { sources: everything.filter((it) => it !== updates) },
        {},
        "SUSDB of sup01.contoso.com on sql01.contoso.com",
      ],
      [
        "an update catalogue in a database of Windows",
        whole,
        { look: roles({ "update-point": [{ server: "sup01.contoso.com" }] }) },
        "the update catalogue of sup01.contoso.com",
      ],
      [
        "package sources",
        { sources: everything.filter((it) => it !== packages) },
        { look: { "package-folders": known(["\\\\cm01\\Sources$\\Office"]), "content-folders": absent } },
        "1 source folder of packages (\\\\cm01\\Sources$\\Office…)",
      ],
      [
        "the library",
        { sources: everything.filter((it) => it !== contentLibrary) },
        {},
        "the content library",
      ],
      [
        "the registry",
        { sources: everything.filter((it) => it !== registry) },
        {},
        "the site server's registry",
      ],
      [
        "everything, and counts the rest",
        { sources: [files, sqlKeys] },
        { look: { "package-folders": known(["D:\\a"]), "content-folders": absent } },
        "user states on smp01.contoso.com, and 2 more.",
      ],
    ],
    silent: [
      [
        "packages below a folder that the policy names",
        {
          sources: [
            ...everything.filter((it) => it !== packages),
            { kind: "folder", name: "sources", root: "D:\\Sources", include: [], exclude: [] },
          ],
        },
        { look: { "package-folders": known(["d:\\sources\\Office"]), "content-folders": absent } },
      ],
      ["database and registry in the task's set", { sources: [task, ...everything.slice(2)] }],
    ],
  },
};

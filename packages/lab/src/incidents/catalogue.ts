import { site } from "../hierarchy.ts";
import { besideTheSite } from "./beside-the-site.ts";
import type { IncidentDescription } from "./incident-description.ts";

/** Where a link between PS1 and its parent is kept. */
const bothEnds = [site.sqlServer, "sqlcas.lab"];

const catalogue = [
  {
    name: "sql-down",
    hosts: [site.sqlServer],
    happens: "The SQL Server of PS1 takes no connections and drops those it has.",
  },
  {
    name: "login-refused",
    hosts: [site.sqlServer],
    happens: "The login sitekeep is refused with error 18456.",
  },
  {
    name: "login-sees-nothing",
    hosts: [site.sqlServer],
    happens: "The login sitekeep has lost its rights to see change tracking, server state and msdb.",
  },
  {
    name: "share-not-writable",
    hosts: [site.sqlServer],
    happens:
      "The SQL Server's service account may no longer write to its staging folder (operating system error 5).",
  },
  {
    name: "disk-full",
    hosts: [site.sqlServer],
    happens:
      "The staging drive of the SQL Server fills up while a backup is being written (operating system error 112).",
  },
  {
    name: "slow-backup",
    hosts: [site.sqlServer],
    happens: "Backups take long, as over a slow disk, so that there is time to cancel one.",
  },
  {
    name: "backup-fails-at-end",
    hosts: [site.sqlServer],
    happens: "A backup fails after it has reported 100 percent.",
  },
  {
    name: "backup-unknown",
    hosts: [site.sqlServer],
    happens:
      "What answers as the SQL Server is another product, which has no statement to back up a database (error 40510).",
  },
  {
    name: "older-server",
    hosts: [site.sqlServer],
    happens: "The SQL Server is older than the backups it is asked to restore (error 3169).",
  },
  {
    name: "size-limit",
    hosts: [site.sqlServer],
    happens:
      "The edition of the SQL Server allows no database of that size: a restore fails with error 1827.",
  },
  {
    name: "certificate-missing",
    hosts: [site.sqlServer],
    happens:
      "The SQL Server lacks the certificate that its backups are encrypted with: looking into one and restoring it fail with error 33111.",
  },
  {
    name: "availability-group",
    hosts: [site.sqlServer],
    happens: "CM_PS1 has become a member of an Always On availability group.",
  },
  {
    name: "replica-not-preferred",
    hosts: [site.sqlServer],
    happens:
      "The availability group of CM_PS1 wants backups on its other replica; this server has the primary one.",
  },
  {
    name: "replica-secondary",
    hosts: [site.sqlServer],
    happens:
      "The availability group has failed over: CM_PS1 on this server is a readable secondary, and a full backup that is no copy is refused (error 3059).",
    off: "The availability group has failed back, and CM_PS1 is in no group any more.",
  },
  {
    name: "replica-unreadable",
    hosts: [site.sqlServer],
    happens:
      "The availability group has failed over, and CM_PS1 on this server is a secondary that can't be read (error 976).",
    off: "The availability group has failed back, and CM_PS1 is in no group any more.",
  },
  {
    name: "site-settings-lost",
    hosts: [site.sqlServer],
    happens:
      "CM_PS1 was restored by hand on an instance that was set up anew: owner, TRUSTWORTHY, Service Broker and CLR are not as a site needs them.",
  },
  {
    name: "clustered-named-instance",
    hosts: [site.sqlServer],
    happens: "The SQL Server is the named instance CM of a failover cluster.",
  },
  {
    name: "foreign-collation",
    hosts: [site.sqlServer],
    happens: "The SQL Server and its databases were made with the collation Latin1_General_CI_AS.",
  },
  {
    name: "database-encrypted",
    hosts: [site.sqlServer],
    happens: "CM_PS1 is encrypted by transparent data encryption.",
    off: "CM_PS1 is encrypted no more, and the certificate was dropped: backups of meanwhile need it.",
  },
  {
    name: "backups-encrypted",
    hosts: [site.sqlServer],
    happens:
      "Administrators back CM_PS1 up at night, encrypted by a certificate of master that nobody exported.",
    off: "The nightly backups have ended, and their certificate was dropped; msdb still lists them.",
  },
  {
    name: "certificate-under-password",
    hosts: [site.sqlServer],
    happens:
      "CM_PS1 has a certificate whose private key is under a password of its own, and not under the master key.",
  },
  {
    name: "certificate-renewed",
    hosts: [site.sqlServer],
    happens:
      "Somebody has made BitLockerManagement_CERT anew in CM_PS1: its name is as before, its thumbprint is not.",
    off: "The new certificate stays.",
  },
  {
    name: "foreign-full",
    hosts: [site.sqlServer],
    happens:
      "Another product has taken a full backup of CM_PS1 through a virtual device; it moves the base of differentials.",
    off: "That backup stays in the history.",
  },
  ...besideTheSite,
  {
    name: "broker-port-moved",
    hosts: [site.sqlServer],
    happens: "Service Broker listens on port 4023, and the site knows of 4022.",
  },
  {
    name: "page-verify-none",
    hosts: [site.sqlServer],
    happens: "The databases write their pages without a checksum.",
  },
  {
    name: "no-change-tracking",
    hosts: bothEnds,
    happens: "Change tracking is off in CM_PS1 and in its partner CM_CAS.",
  },
  {
    name: "retention-three-days",
    hosts: bothEnds,
    happens: "Somebody has lowered the retention of change tracking in CM_PS1 and CM_CAS to three days.",
    off: "The retention is five days again; rows that were purged meanwhile don't come back.",
  },
  {
    name: "cleanup-off",
    hosts: bothEnds,
    happens: "Automatic cleanup of change tracking is turned off in CM_PS1 and CM_CAS.",
  },
  {
    name: "link-down",
    hosts: bothEnds,
    happens: "Replication between CAS and PS1 has failed in both directions (link status 9).",
    off: "The links are active again.",
  },
  {
    name: "clock-jumps",
    hosts: ["sqlcas.lab"],
    happens: "The clock of the partner's SQL Server jumps three days ahead, and its cleanup believes it.",
    off: "The clock is right again; what the cleanup purged is gone for good.",
  },
  {
    name: "task-failed",
    hosts: [site.server],
    happens: "The site's backup task fails while it deletes the former set, and leaves half of it.",
    off: "The task runs again and succeeds.",
  },
  {
    name: "task-leaves-nothing",
    hosts: [site.server],
    happens:
      "The site's backup task deletes its former set, and then gets no snapshot: no copy is left, and each further run ends like that.",
    off: "The task runs again and succeeds.",
  },
  {
    name: "vss-writer-failed",
    hosts: [site.server],
    happens:
      "The site's VSS writer has failed (state 8, non-retryable error): a run of the backup task deletes the former set, and fails.",
  },
  {
    name: "writer-account",
    hosts: [site.server],
    happens: "Somebody has let the service SMS_SITE_VSS_WRITER run as LAB\\svc-cm, and not as LocalSystem.",
    off: "SMS_SITE_VSS_WRITER runs as LocalSystem again.",
  },
  {
    name: "services-stay-down",
    hosts: [site.server],
    happens:
      "SMS_SITE_COMPONENT_MANAGER and SMS_EXECUTIVE did not start again after the snapshot of the backup task.",
    off: "Both services of the site run again.",
  },
  {
    name: "services-refused",
    hosts: [site.server],
    happens: "Services and VSS writers may be neither seen nor started (error 5).",
  },
  {
    name: "services-unreachable",
    hosts: [site.sqlServer],
    happens: "Services of other machines can't be reached from the site server (error 1722).",
  },
  {
    name: "task-set-damaged-page",
    hosts: [site.sqlServer],
    happens:
      "One byte of a page in use has changed in the data file of the task's set; its date and size are as before.",
  },
  {
    name: "script-after-task",
    hosts: [site.server],
    happens:
      "The site has a script AfterBackup.bat: the backup task starts it whenever it has succeeded (message 5040).",
    off: "The script is gone.",
  },
  {
    name: "task-on-sundays",
    hosts: [site.server],
    happens: "Somebody has set the site's backup task to run on Sundays only.",
    off: "The task is set to every day again.",
  },
  {
    name: "update-ready",
    hosts: bothEnds,
    happens:
      "An update of Configuration Manager, 2409, has been downloaded and waits to be installed (state 262146).",
    off: "The update 2409 is known to be applicable, and was not downloaded.",
  },
  {
    name: "update-installing",
    hosts: bothEnds,
    happens: "An update of Configuration Manager, 2409, is being installed at PS1 (state 196609).",
    off: "The update 2409 is known to be applicable, and was not downloaded.",
  },
  {
    name: "locked-scupdb",
    hosts: ["admin07.lab"],
    happens: "Ben's Scupdb.sdf can be seen but not read.",
  },
  {
    name: "flipped-bit",
    hosts: [site.server],
    happens: "One bit of one object in the content library has flipped; its date and size are as before.",
  },
  {
    name: "missing-object",
    hosts: [site.server],
    happens: "DataLib describes a file whose object has vanished from FileLib.",
  },
  {
    name: "datalib-damaged",
    hosts: [site.server],
    happens:
      "Four entries of DataLib are not as they were written: one is empty, one of zeros, one was cut, and one is in UTF-16.",
  },
] as const satisfies readonly IncidentDescription[];

export type IncidentName = (typeof catalogue)[number]["name"];

/** Every incident that a lab knows. */
export const incidents: readonly (IncidentDescription & { readonly name: IncidentName })[] = catalogue;

export function isIncident(name: string): name is IncidentName {
  return incidents.some((it) => it.name === name);
}

/** The incidents among these that happen on a machine. */
export function incidentsAt(host: string, on: readonly string[]): readonly string[] {
  return on.filter((name) => incidents.some((it) => it.name === name && it.hosts.includes(host)));
}

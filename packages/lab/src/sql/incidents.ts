/**
 * What can go wrong on a simulated instance, by name, with a sentence each. A name may carry a host
 * (`login-refused:sql02.lab`) and then holds for that one only.
 */
export const sqlIncidents = {
  "sql-down": "The SQL Server service is stopped: connections are refused at once and open ones are cut.",
  "login-refused": "Every login but a sysadmin's fails with 18456.",
  "login-sees-nothing":
    "Every login but a sysadmin's may back up and read tables, and has lost every right to see more.",
  "share-not-writable":
    "The service account may not write to its backup folders: 3201 with operating system error 5.",
  "disk-full":
    "The backup volume runs full half way: 3202 with operating system error 112, a partial file stays.",
  "backup-fails-at-end": "BACKUP fails with 3202 after it has reported 100 percent.",
  "backup-unknown":
    "BACKUP of a database or a log is refused as a statement that the product does not have: 40510, and no 3013.",
  "no-change-tracking": "Change tracking is off in every database.",
  "retention-three-days": "Change tracking keeps three days only, whatever the databases were set to.",
  "cleanup-off": "Automatic cleanup of change tracking is turned off in every database.",
  "older-server": "The instance counts as older than its backups: RESTORE fails with 3169.",
  "size-limit": "The edition's size limit is reached: RESTORE fails with 1827.",
  "certificate-missing":
    "Backups count as encrypted under a certificate the server lacks: RESTORE fails with 33111.",
  "availability-group":
    "The site's database is a member of an Always On availability group, whose primary replica this is.",
  "replica-not-preferred":
    "The site's database is a member of an availability group that wants backups on the other replica.",
  "replica-secondary":
    "The group has failed over: the site's database is a readable secondary, 3059 for a full that is no copy.",
  "replica-unreadable":
    "The group has failed over, and does not let its secondaries be read: 976 for whoever enters the database.",
  "site-settings-lost":
    "The site's database and its instance have the settings of a database that was restored by hand.",
  "clustered-named-instance": "The instance is the named one CM of a failover cluster.",
  "foreign-collation": "Instance and databases were made with the collation Latin1_General_CI_AS.",
  "database-encrypted": "The site's database is encrypted by transparent data encryption.",
  "updates-encrypted": "The database of updates, SUSDB, is encrypted by transparent data encryption.",
  "updates-backup-denied": "Every login but a sysadmin's is refused a backup of SUSDB with 262.",
  "report-login-lost": "Every login but a sysadmin's has lost its user in ReportServer: 4060 and 916.",
  "certificates-hidden": "No login but a sysadmin's is shown certificates, and none is told of them.",
  "backups-encrypted": "Backups of others are encrypted, by a certificate that master has.",
  "certificate-under-password":
    "The site's database has a certificate whose private key is under a password.",
  "broker-port-moved": "Service Broker listens on port 4023, and the site knows of 4022.",
  "page-verify-none": "Pages of the databases are written without a checksum.",
  "slow-backup": "BACKUP and RESTORE take about a second for each tenth of the work.",
} as const;

export type SqlIncident = keyof typeof sqlIncidents;

/** Rights, as DENY names them, that every login but a sysadmin's lacks while an incident is in force. */
const denied: Partial<Record<SqlIncident, readonly string[]>> = {
  "updates-backup-denied": ["BACKUP DATABASE ON DATABASE::SUSDB"],
  "report-login-lost": ["CONNECT ReportServer"],
  "certificates-hidden": ["VIEW DEFINITION", "VIEW ANY DEFINITION"],
};

/** The rights that incidents take away now. */
export function deniedDuring(isInForce: (incident: SqlIncident) => boolean): readonly string[] {
  return Object.entries(denied).flatMap(([incident, rights]) =>
    isInForce(incident as SqlIncident) ? rights : [],
  );
}

/** Says whether an incident is in force on a host. */
export function isInForce(active: readonly string[], incident: SqlIncident, host: string): boolean {
  return active.includes(incident) || active.includes(`${incident}:${host}`);
}

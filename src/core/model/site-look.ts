/**
 * What the site's own database and server tell of the site as a whole, beside what its sources tell of
 * themselves: lint judges it. What could not be read is absent and judged nowhere.
 */
export interface SiteLook {
  /** The site's version as `v_Site` has it: `5.00.9128.1000`. */
  readonly version?: string;
  readonly server?: ServerTraits;
  readonly database?: DatabaseTraits;
  readonly brokerPort?: BrokerPort;
  readonly keys?: KeyNeeds;
  readonly roles?: SiteRoles;
  /** Source folders of packages and applications; absent where the policy lets sitekeep discover them. */
  readonly packageFolders?: readonly string[];
}

/** The SQL Server instance that holds the site database. */
export interface ServerTraits {
  /** Whether the instance is one of a failover cluster (`SERVERPROPERTY('IsClustered')`). */
  readonly isClustered: boolean;
  /** Absent for the default instance. */
  readonly instance?: string;
  /** The instance's collation, by which `tempdb` compares. Empty where it wasn't told. */
  readonly collation: string;
}

/** The site database as its server describes it. */
export interface DatabaseTraits {
  /** `SIMPLE`, `FULL` or `BULK_LOGGED`. */
  readonly recoveryModel: string;
  /** Sites support `SQL_Latin1_General_CP1_CI_AS` alone. */
  readonly collation: string;
  readonly isInAvailabilityGroup: boolean;
  /** By transparent data encryption. */
  readonly isEncrypted: boolean;
  /** `CHECKSUM`, `TORN_PAGE_DETECTION` or `NONE`. */
  readonly pageVerify: string;
  /** Service Broker delivers messages, over which sites replicate. A restore turns it off. */
  readonly isBrokerEnabled: boolean;
  /** A site needs TRUSTWORTHY on. A restore turns it off. */
  readonly isTrustworthy: boolean;
  /** A site needs HONOR_BROKER_PRIORITY on. */
  readonly honorsBrokerPriority: boolean;
  /** Data and log files as SQL Server names them. */
  readonly files: readonly string[];
}

/** The port of Service Broker, over which sites replicate. */
export interface BrokerPort {
  /** Where the server listens. */
  readonly listens: number;
  /** Where the other sites will look for it. */
  readonly noted: number;
}

/** What a restored database can't be used without. */
export interface KeyNeeds {
  /** The certificate of BitLocker Management is in the site database. */
  readonly bitlocker: boolean;
  /** Backups that `msdb` knows to be encrypted by a certificate. */
  readonly encryptedBackups: number;
  /** Encrypted backups whose certificate this login finds on the server. */
  readonly openableBackups: number;
}

/** Servers beside the site server that hold something of their own. */
export interface SiteRoles {
  /** Reporting services points. */
  readonly reportingPoints: readonly RoleServer[];
  /** Software update points. */
  readonly updatePoints: readonly RoleServer[];
  readonly stateMigrationPoints: readonly RoleServer[];
}

/** A server with a role of the site (`vSMS_SC_SysResUse`). */
export interface RoleServer {
  /** The server's name, without leading backslashes. */
  readonly server: string;
  /** Where its database is, as far as the site has noted that. */
  readonly databaseServer?: string;
}

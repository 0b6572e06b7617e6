/** What a login has to be given to be shown something, or to do it. */
export interface Right {
  /** What people call the right: `SELECT on dbo.ServerData`. */
  readonly title: string;
  /** The object that it is about, as SQL Server's refusals quote it. Absent: no single one. */
  readonly object?: string;
  /** The statement that gives it; `[database]` and `[login]` stand for their names, brackets included. */
  readonly grant: string;
  /**
   * An expression of T-SQL that is 1 for a login that has it, 0 for one that lacks it, and NULL where nobody
   * can tell. Absent: the server refuses who lacks it, so there is nothing to ask.
   */
  readonly asked?: string;
}

/** To read one object of the database. */
export function select(object: string): Right {
  return {
    title: `SELECT on ${object}`,
    object: bare(object),
    grant: `USE [database]; GRANT SELECT ON ${object} TO [login];`,
    asked: `HAS_PERMS_BY_NAME('${object}', 'OBJECT', 'SELECT')`,
  };
}

/** To read one table of `msdb`, where the login also has to be a user. */
export function selectInMsdb(object: string): Right {
  return {
    title: `SELECT on msdb.${object}`,
    object: bare(object),
    grant: `USE msdb; CREATE USER [login] FOR LOGIN [login]; GRANT SELECT ON ${object} TO [login];`,
  };
}

/** What everybody who may log in is shown. */
export const everybody: Right = { title: "nothing", grant: "nothing" };

/** To be shown the definitions of a database: without it rows are left out of catalog views in silence. */
export const viewDefinition: Right = {
  title: "VIEW DEFINITION on the database",
  grant: "USE [database]; GRANT VIEW DEFINITION TO [login];",
  asked: "HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'VIEW DEFINITION')",
};

/** To be shown the definitions of what is the server's own: endpoints, certificates of `master`. */
export const viewAnyDefinition: Right = {
  title: "VIEW ANY DEFINITION on the server",
  grant: "USE master; GRANT VIEW ANY DEFINITION TO [login];",
  asked: "HAS_PERMS_BY_NAME(NULL, NULL, 'VIEW ANY DEFINITION')",
};

/** To be shown the rows of all databases. `public` has it, unless somebody took it away. */
export const viewAnyDatabase: Right = {
  title: "VIEW ANY DATABASE on the server",
  grant: "USE master; GRANT VIEW ANY DATABASE TO [login];",
  asked: "HAS_PERMS_BY_NAME(NULL, NULL, 'VIEW ANY DATABASE')",
};

/**
 * To be shown what the server does at the moment. From 2022 on a part of it is enough, VIEW SERVER SECURITY
 * STATE, and the whole still gives that part.
 */
export const viewServerState: Right = {
  title: "VIEW SERVER STATE on the server",
  grant: "USE master; GRANT VIEW SERVER STATE TO [login];",
  asked: "HAS_PERMS_BY_NAME(NULL, NULL, 'VIEW SERVER STATE')",
};

/**
 * To be shown the setting of change tracking: owners are, and who may change or make databases. VIEW ANY
 * DATABASE is not counted, though its documentation can be read so: everybody has it, and whoever is wrong
 * here takes a hidden row for *off*.
 */
export const seeTracking: Right = {
  title: "CREATE ANY DATABASE on the server",
  grant: "USE master; GRANT CREATE ANY DATABASE TO [login];",
  asked: `CASE WHEN 1 IN (HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'ALTER'),
HAS_PERMS_BY_NAME(NULL, NULL, 'ALTER ANY DATABASE'), HAS_PERMS_BY_NAME(NULL, NULL, 'CREATE ANY DATABASE')) THEN 1 ELSE 0 END`,
};

/** To come into a database at all. */
export const enterDatabase: Right = {
  title: "a user in the database",
  grant: "USE [database]; CREATE USER [login] FOR LOGIN [login];",
};

/** To back a database up, and its log. */
export const takeBackups: Right = {
  title: "BACKUP DATABASE and BACKUP LOG on the database",
  grant: "USE [database]; ALTER ROLE db_backupoperator ADD MEMBER [login];",
};

/** To read the headers of backups, verify and restore them: SQL Server takes it all for making a database. */
export const createDatabase: Right = {
  title: "CREATE ANY DATABASE on the server",
  grant: "USE master; GRANT CREATE ANY DATABASE TO [login];",
};

/** To restore over a database, and to check every page of it. */
export const ownDatabase: Right = {
  title: "to own the database",
  grant: "USE master; ALTER AUTHORIZATION ON DATABASE::[database] TO [login];",
};

/** To export a certificate together with its private key. */
export function exportCertificate(name: string): Right {
  return {
    title: `CONTROL on the certificate ${name}`,
    object: name,
    grant: `USE [database]; GRANT CONTROL ON CERTIFICATE::[${name.replaceAll("]", "]]")}] TO [login];`,
  };
}

/** To export the master key of a database. */
export const exportMasterKey: Right = {
  title: "CONTROL on the database",
  grant: "USE [database]; GRANT CONTROL TO [login];",
};

function bare(object: string): string {
  return object.slice(object.lastIndexOf(".") + 1);
}

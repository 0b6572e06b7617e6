import { unsupported } from "../sql-error.ts";
import { parseExpression } from "./parse-expression.ts";
import type { AlterOption, RestoreStatement, Statement, StatementOption } from "./statement.ts";
import type { Expression } from "./syntax.ts";
import type { TokenCursor } from "./token-cursor.ts";

type Bare<T> = T extends unknown ? Omit<T, "line"> : never;

/** Reads BACKUP, RESTORE, DBCC and what makes, alters or drops databases; nothing when it is another one. */
export function parseAdministration(cursor: TokenCursor): Bare<Statement> | undefined {
  if (cursor.take("BACKUP")) return parseBackup(cursor);
  if (cursor.take("RESTORE")) return parseRestore(cursor);
  if (cursor.take("CREATE", "DATABASE")) return parseCreateDatabase(cursor);
  if (cursor.take("CREATE", "CERTIFICATE")) return parseCreateCertificate(cursor);
  if (cursor.take("CREATE", "MASTER", "KEY", "ENCRYPTION", "BY", "PASSWORD", "="))
    return { kind: "create-master-key", password: parseExpression(cursor) };
  if (cursor.take("OPEN", "MASTER", "KEY", "DECRYPTION", "BY", "PASSWORD", "="))
    return { kind: "use-master-key", action: "open", password: parseExpression(cursor) };
  if (cursor.take("CLOSE", "MASTER", "KEY"))
    return { kind: "use-master-key", action: "close", password: undefined };
  if (cursor.take("ALTER", "MASTER", "KEY", "ADD", "ENCRYPTION", "BY", "SERVICE", "MASTER", "KEY"))
    return { kind: "use-master-key", action: "add-server-key", password: undefined };
  if (cursor.take("DROP", "CERTIFICATE")) return { kind: "drop-certificate", certificate: cursor.name() };
  if (cursor.take("DROP", "MASTER", "KEY"))
    return { kind: "use-master-key", action: "drop", password: undefined };
  if (cursor.take("DROP", "DATABASE")) {
    const ifExists = cursor.take("IF", "EXISTS");
    return { kind: "drop-database", databases: cursor.list(() => cursor.name()), ifExists };
  }
  if (cursor.take("ALTER", "DATABASE")) return parseAlterDatabase(cursor);
  if (cursor.take("ALTER", "AUTHORIZATION", "ON", "DATABASE", "::")) {
    const database = cursor.name();
    cursor.expect("TO");
    return { kind: "change-owner", database, owner: cursor.name() };
  }
  if (cursor.take("DBCC", "CHECKDB")) return parseCheck(cursor);
  return undefined;
}

function parseBackup(cursor: TokenCursor): Bare<Statement> {
  if (cursor.take("CERTIFICATE")) return parseBackupCertificate(cursor);
  if (cursor.take("MASTER", "KEY")) return parseBackupMasterKey(cursor);
  const what = cursor.take("LOG") ? "LOG" : "DATABASE";
  if (what === "DATABASE") cursor.expect("DATABASE");
  const database = parseNameOrVariable(cursor);
  cursor.expect("TO");
  const devices = parseDevices(cursor);
  if (cursor.isNext("MIRROR")) throw unsupported("MIRROR TO");
  return { kind: "backup", what, database, devices, options: parseOptions(cursor) };
}

function parseBackupCertificate(cursor: TokenCursor): Bare<Statement> {
  const certificate = cursor.name();
  cursor.expect("TO", "FILE", "=");
  const file = parseExpression(cursor);
  if (!cursor.take("WITH", "PRIVATE", "KEY", "("))
    return { kind: "backup-certificate", certificate, file, key: undefined };
  let keyFile: Expression | undefined;
  let password: Expression | undefined;
  let decryption: Expression | undefined;
  do {
    if (cursor.take("FILE", "=")) keyFile = parseExpression(cursor);
    else if (cursor.take("ENCRYPTION", "BY", "PASSWORD", "=")) password = parseExpression(cursor);
    else if (cursor.take("DECRYPTION", "BY", "PASSWORD", "=")) decryption = parseExpression(cursor);
    else throw unsupported(`${cursor.peek().text} for a private key`);
  } while (cursor.take(","));
  cursor.expect(")");
  if (keyFile === undefined || password === undefined) throw cursor.error();
  return { kind: "backup-certificate", certificate, file, key: { file: keyFile, password, decryption } };
}

/** From files or from bytes that were exported elsewhere, or made anew. */
function parseCreateCertificate(cursor: TokenCursor): Bare<Statement> {
  const certificate = cursor.name();
  if (cursor.take("AUTHORIZATION")) cursor.name();
  if (cursor.take("WITH", "SUBJECT", "=")) {
    const subject = parseExpression(cursor);
    while (cursor.take(",")) parseOption(cursor);
    return { kind: "create-certificate", certificate, from: { subject } };
  }
  cursor.expect("FROM");
  const source = parseBytesOrFile(cursor);
  if (!cursor.take("WITH", "PRIVATE", "KEY", "("))
    return { kind: "create-certificate", certificate, from: { source, key: undefined } };
  const key = parseBytesOrFile(cursor);
  let password: Expression | undefined;
  while (cursor.take(",")) {
    if (cursor.take("DECRYPTION", "BY", "PASSWORD", "=")) password = parseExpression(cursor);
    else throw unsupported(`${cursor.peek().text} for a private key`);
  }
  cursor.expect(")");
  return { kind: "create-certificate", certificate, from: { source, key: { ...key, password } } };
}

function parseBytesOrFile(cursor: TokenCursor): { readonly isFile: boolean; readonly value: Expression } {
  const isFile = cursor.take("FILE", "=");
  if (!isFile) cursor.expect("BINARY", "=");
  return { isFile, value: parseExpression(cursor) };
}

function parseBackupMasterKey(cursor: TokenCursor): Bare<Statement> {
  cursor.expect("TO", "FILE", "=");
  const file = parseExpression(cursor);
  cursor.expect("ENCRYPTION", "BY", "PASSWORD", "=");
  return { kind: "backup-master-key", file, password: parseExpression(cursor) };
}

const restoreForms = ["VERIFYONLY", "HEADERONLY", "FILELISTONLY", "LABELONLY"] as const;

function parseRestore(cursor: TokenCursor): RestoreStatement {
  const form = restoreForms.find((it) => cursor.take(it));
  if (form !== undefined) {
    cursor.expect("FROM");
    return {
      kind: "restore",
      what: form,
      database: undefined,
      devices: parseDevices(cursor),
      options: parseOptions(cursor),
    };
  }
  const what = cursor.take("LOG") ? "LOG" : "DATABASE";
  if (what === "DATABASE") cursor.expect("DATABASE");
  const database = parseNameOrVariable(cursor);
  const devices = cursor.take("FROM") ? parseDevices(cursor) : [];
  return { kind: "restore", what, database, devices, options: parseOptions(cursor) };
}

function parseNameOrVariable(cursor: TokenCursor): Expression {
  if (cursor.peek().kind === "variable") return parseExpression(cursor);
  return textLiteral(cursor.name());
}

function textLiteral(value: string): Expression {
  return { kind: "literal", value, type: { name: "nvarchar", length: 128, precision: 0, scale: 0 } };
}

function parseDevices(cursor: TokenCursor): readonly Expression[] {
  return cursor.list(() => {
    if (cursor.isNext("URL") || cursor.isNext("VIRTUAL_DEVICE") || cursor.isNext("TAPE")) {
      throw unsupported(`the device ${cursor.peek().text}`);
    }
    cursor.expect("DISK", "=");
    return parseExpression(cursor);
  });
}

function parseOptions(cursor: TokenCursor): readonly StatementOption[] {
  return cursor.take("WITH") ? cursor.list(() => parseOption(cursor)) : [];
}

function parseOption(cursor: TokenCursor): StatementOption {
  const name = cursor.word().toUpperCase();
  if (name === "MOVE") {
    const value = parseExpression(cursor);
    cursor.expect("TO");
    return { name, value, to: parseExpression(cursor) };
  }
  if (name === "ENCRYPTION") return parseEncryption(cursor);
  if (!cursor.take("=")) return { name, value: undefined, to: undefined };
  const isWord = cursor.isName() && cursor.peek().kind === "word" && !cursor.isNext("N");
  return { name, value: isWord ? textLiteral(cursor.name()) : parseExpression(cursor), to: undefined };
}

/** `ENCRYPTION (ALGORITHM = x, SERVER CERTIFICATE = y)`: the algorithm, then the certificate. */
function parseEncryption(cursor: TokenCursor): StatementOption {
  cursor.expect("(", "ALGORITHM", "=");
  const value = textLiteral(cursor.name());
  cursor.expect(",", "SERVER", "CERTIFICATE", "=");
  const to = textLiteral(cursor.name());
  cursor.expect(")");
  return { name: "ENCRYPTION", value, to };
}

function parseCreateDatabase(cursor: TokenCursor): Bare<Statement> {
  const database = cursor.name();
  if (cursor.isNext("ON") || cursor.isNext("AS") || cursor.isNext("FOR"))
    throw unsupported("CREATE DATABASE with files");
  if (cursor.take("COLLATE")) cursor.name();
  return { kind: "create-database", database };
}

function parseAlterDatabase(cursor: TokenCursor): Bare<Statement> {
  const database = cursor.name();
  if (cursor.take("MODIFY")) {
    cursor.expect("NAME", "=");
    return { kind: "alter-database", database, options: [{ set: "name", name: cursor.name() }] };
  }
  cursor.expect("SET");
  const options = cursor.list(() => parseAlterOption(cursor));
  if (cursor.take("WITH")) parseTermination(cursor);
  return { kind: "alter-database", database, options };
}

function parseTermination(cursor: TokenCursor): void {
  if (cursor.take("NO_WAIT")) return;
  cursor.expect("ROLLBACK");
  if (cursor.take("IMMEDIATE")) return;
  cursor.expect("AFTER");
  cursor.integer();
  cursor.take("SECONDS");
}

function parseAlterOption(cursor: TokenCursor): AlterOption {
  const name = cursor.word().toUpperCase();
  switch (name) {
    case "RECOVERY":
      return { set: "recovery", model: cursor.take("FULL") ? "FULL" : cursor.name().toUpperCase() };
    case "ENABLE_BROKER":
    case "DISABLE_BROKER":
      return { set: "flag", flag: "broker", value: name === "ENABLE_BROKER" };
    case "ONLINE":
    case "OFFLINE":
      return { set: "online", value: name === "ONLINE" };
    case "NEW_BROKER":
      return { set: "new-broker" };
    case "SINGLE_USER":
    case "MULTI_USER":
      return { set: "flag", flag: "single-user", value: name === "SINGLE_USER" };
    case "TRUSTWORTHY":
      return { set: "flag", flag: "trustworthy", value: parseSwitch(cursor) };
    case "HONOR_BROKER_PRIORITY":
      return { set: "flag", flag: "broker-priority", value: parseSwitch(cursor) };
    case "CHANGE_TRACKING":
      return parseChangeTracking(cursor);
    case "PAGE_VERIFY":
      cursor.name();
      return { set: "ignored" };
    case "READ_COMMITTED_SNAPSHOT":
    case "ALLOW_SNAPSHOT_ISOLATION":
    case "AUTO_CLOSE":
    case "AUTO_SHRINK":
      parseSwitch(cursor);
      return { set: "ignored" };
  }
  throw unsupported(`ALTER DATABASE SET ${name}`);
}

function parseSwitch(cursor: TokenCursor): boolean {
  cursor.take("=");
  if (cursor.take("ON")) return true;
  cursor.expect("OFF");
  return false;
}

const units: Record<string, 1 | 2 | 3> = { MINUTE: 1, MINUTES: 1, HOUR: 2, HOURS: 2, DAY: 3, DAYS: 3 };

function parseChangeTracking(cursor: TokenCursor): AlterOption {
  cursor.take("=");
  const value = cursor.take("ON") ? "ON" : cursor.take("OFF") ? "OFF" : "CHANGE";
  let retention: number | undefined;
  let unit: 1 | 2 | 3 | undefined;
  let autoCleanup: boolean | undefined;
  if (cursor.take("(")) {
    do {
      if (cursor.take("CHANGE_RETENTION", "=")) {
        retention = cursor.integer();
        unit = units[cursor.name().toUpperCase()];
        if (unit === undefined) throw cursor.error();
      } else {
        cursor.expect("AUTO_CLEANUP");
        autoCleanup = parseSwitch(cursor);
      }
    } while (cursor.take(","));
    cursor.expect(")");
  }
  return { set: "change-tracking", value, retention, units: unit, autoCleanup };
}

function parseCheck(cursor: TokenCursor): Bare<Statement> {
  let database: Expression | undefined;
  if (cursor.take("(")) {
    database = cursor.peek().kind === "string" ? parseExpression(cursor) : parseNameOrVariable(cursor);
    cursor.expect(")");
  }
  const options = cursor.take("WITH") ? cursor.list(() => cursor.name().toUpperCase()) : [];
  return { kind: "checkdb", database, isQuiet: options.includes("NO_INFOMSGS") };
}

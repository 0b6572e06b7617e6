import type { Problem } from "../../../core/base/problem.ts";
import { hiddenThumbprint, type KeyUse, plainThumbprint } from "../../../core/model/facts/key-fact.ts";
import { viewDefinition } from "../../../core/outside/facts/right.ts";
import { bitlockerSetting } from "../../../core/outside/site/bitlocker.ts";
import { encryptorTypes } from "../../../core/outside/sql/sql-encryption.ts";
import { bitlockerCertificate } from "../../../core/outside/site/site-definition.ts";
import {
  encryptedSets,
  encryptorStatement,
  keysShownStatement,
  namedCertificate,
} from "../../access/sql/key-queries.ts";
import { plainGuid } from "../../access/sql/backup-header.ts";
import { flagCell, numberCell, textCell } from "../../access/sql/sql-row.ts";
import type { SqlRow, SqlRunner } from "../../access/sql/sql-runner.ts";
import { hiddenProblem } from "../../access/sql/sql-problems.ts";
import { ask, type Asking, isOfOtherShape } from "../session/ask.ts";
import { placeIn } from "../session/sql-session.ts";

/** What a copy of a database is locked by, and why that is not known. */
export interface Locks {
  readonly facts: {
    readonly needsKeys?: readonly string[];
    readonly locks: Readonly<Record<string, string>>;
  };
  readonly problems: readonly Problem[];
}

/** One use of a key: whether it is certain, and the thumbprint of the certificate. */
type Lock = { readonly of: KeyUse; readonly isCertain: boolean; readonly thumbprint: string };

/** Whether the database is encrypted nobody could see. */
const hiddenEncryptor: Lock = { of: "tde", isCertain: false, thumbprint: hiddenThumbprint };

/**
 * Reads by which certificates a database is locked: by that of transparent data encryption, and a site's by
 * that of BitLocker Management. What is hidden is not taken for none.
 */
export async function readLocks(
  sql: SqlRunner,
  asking: Asking,
  database: { readonly isEncrypted: boolean | undefined; readonly isOfSite: boolean },
): Promise<Locks> {
  const problems: Problem[] = [];
  const reading = { sql, asking, problems };
  const found = [
    database.isOfSite ? await readBitlocker(reading) : undefined,
    database.isEncrypted === undefined ? hiddenEncryptor : undefined,
    database.isEncrypted ? await readEncryptor(reading) : undefined,
  ];
  return { ...locksOf(found.filter((it) => it !== undefined)), problems };
}

/** Reads by which certificate a backup that another tool took is encrypted itself. */
export async function readBackupLocks(
  sql: SqlRunner,
  asking: Asking,
  setGuids: readonly string[],
): Promise<Locks> {
  const rows = await ask(sql, encryptedSets, asking);
  if (rows.is === "unknown" && !isOfOtherShape(rows)) {
    const lock = { of: "backup", isCertain: false, thumbprint: hiddenThumbprint } as const;
    return { ...locksOf([lock]), problems: [rows.why] };
  }
  const own = (rows.is === "known" ? rows.value : []).find((row) =>
    setGuids.includes(plainGuid(textCell(row, "set_guid") ?? "")),
  );
  return { ...locksOf(own ? [lockIn("backup", own)] : []), problems: [] };
}

/** The locks of a database and those of its backup, together. */
export function bothLocks(one: Locks, other: Locks): Locks {
  const needsKeys = [...(one.facts.needsKeys ?? []), ...(other.facts.needsKeys ?? [])];
  const locks = { ...one.facts.locks, ...other.facts.locks };
  return {
    facts: { ...(needsKeys.length > 0 && { needsKeys }), locks },
    problems: [...one.problems, ...other.problems],
  };
}

/** The lock of a backup whose header tells the certificate that it is encrypted by. */
export function headerLocks(thumbprint: string | undefined): Locks {
  const locks: readonly Lock[] =
    thumbprint === undefined
      ? []
      : [{ of: "backup", isCertain: true, thumbprint: plainThumbprint(thumbprint) }];
  return { ...locksOf(locks), problems: [] };
}

function locksOf(locks: readonly Lock[]): Pick<Locks, "facts"> {
  const needsKeys = locks.filter(({ isCertain }) => isCertain).map(({ of }) => of);
  return {
    facts: {
      ...(needsKeys.length > 0 && { needsKeys }),
      locks: Object.fromEntries(locks.map(({ of, thumbprint }) => [of, thumbprint])),
    },
  };
}

interface Reading {
  readonly sql: SqlRunner;
  readonly asking: Asking;
  readonly problems: Problem[];
}

/** The first row, or nothing where there is none; what could not be had is told. */
async function firstOf(
  { sql, asking, problems }: Reading,
  statement: Parameters<typeof ask>[1],
): Promise<{ readonly isRead: boolean; readonly row?: SqlRow | undefined }> {
  const answer = await ask(sql, statement, asking);
  if (answer.is === "unknown") problems.push(answer.why);
  return { isRead: answer.is !== "unknown", row: answer.is === "known" ? answer.value[0] : undefined };
}

async function readEncryptor(reading: Reading): Promise<Lock> {
  const { row } = await firstOf(reading, encryptorStatement);
  const isOfProvider = textCell(row, "encryptor") === encryptorTypes.values["a key of a provider"];
  // Such a key leaves its provider never: no snapshot can hold it.
  return isOfProvider ? { of: "tde", isCertain: true, thumbprint: hiddenThumbprint } : lockIn("tde", row);
}

/**
 * The certificate shows to who has a right on it; whether BitLocker Management is on, to every reader. Where
 * both are hidden, so is the need.
 */
async function readBitlocker({ sql, asking, problems }: Reading): Promise<Lock | undefined> {
  const named = { ...asking, values: { ...asking.values, name: bitlockerCertificate } };
  const certificate = await firstOf({ sql, asking: named, problems }, namedCertificate);
  if (certificate.row) return lockIn("bitlocker", certificate.row);
  const unread: Problem[] = [];
  const setting = await firstOf({ sql, asking, problems: unread }, bitlockerSetting);
  const isOn = (numberCell(setting.row, "enabled") ?? 0) !== 0;
  if (setting.isRead && !isOn && certificate.isRead) return undefined;
  const shown = await firstOf({ sql, asking, problems: unread }, keysShownStatement);
  // Recovery keys may be kept without a certificate: then there is none to see.
  if (certificate.isRead && flagCell(shown.row, "shown") === true) return undefined;
  const hidden = hiddenProblem(viewDefinition, placeIn({ ...asking.task, doing: namedCertificate.doing }));
  problems.push(...(unread.length > 0 || problems.length > 0 ? unread : [hidden]));
  return { of: "bitlocker", isCertain: isOn, thumbprint: hiddenThumbprint };
}

function lockIn(of: KeyUse, row: SqlRow | undefined): Lock {
  const thumbprint = textCell(row, "thumbprint");
  return { of, isCertain: true, thumbprint: thumbprint ? plainThumbprint(thumbprint) : hiddenThumbprint };
}

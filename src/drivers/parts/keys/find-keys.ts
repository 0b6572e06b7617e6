import { given } from "../../../core/base/given.ts";
import { type Problem, ProblemError } from "../../../core/base/problem.ts";
import { type KeyName, keyTitle, plainThumbprint } from "../../../core/model/facts/key-fact.ts";
import type { DatabaseAddress, SecretRef, SqlKeys } from "../../../core/model/policy/source.ts";
import { aboutSite } from "../../../core/model/site-subject.ts";
import { viewAnyDefinition, viewDefinition } from "../../../core/outside/facts/right.ts";
import type { Statement } from "../../../core/outside/facts/statement.ts";
import { bitlockerCertificate } from "../../../core/outside/site/site-definition.ts";
import { keyProtections } from "../../../core/outside/sql/sql-server.ts";
import {
  certificatesStatement,
  keysShownStatement,
  masterKeyStatement,
} from "../../access/sql/key-queries.ts";
import { hiddenProblem } from "../../access/sql/sql-problems.ts";
import { flagCell, textCell } from "../../access/sql/sql-row.ts";
import type { SqlRow, SqlRunner } from "../../access/sql/sql-runner.ts";
import type { Means, ObserveRequest } from "../../driver.ts";
import { ask } from "../session/ask.ts";
import { placeIn, placeOf, type SqlTask, withSql } from "../session/sql-session.ts";

/** A key that can be exported. */
export interface FoundKey extends KeyName {
  /** Of a certificate: SHA-1 of it, in hexadecimal digits. Absent where the server does not tell. */
  readonly thumbprint?: string;
  /** The password that protects its private key in the server, where the master key does not. */
  readonly opens?: SecretRef;
}

/** Keys that there are, and why others may be there that are not among them. */
export interface FoundKeys {
  readonly keys: readonly FoundKey[];
  readonly problems: readonly Problem[];
}

/**
 * What of the wanted keys exists. Certificates for TDE and for encrypted backups live in master; all of those
 * are taken, as a certificate that encrypts nothing today may have encrypted a backup of last year. Who is
 * not shown every key can't say that there is none.
 */
export async function findKeys(request: ObserveRequest<SqlKeys>, means: Means): Promise<FoundKeys> {
  const { source, site } = request;
  const keys: FoundKey[] = [];
  const problems: Problem[] = [];
  for (const name of new Set([source.database.name, "master"])) {
    const where = placeOf(site, source);
    const task = { database: within(source.database, name), where, doing: `list the keys of ${name}` };
    const found = await withSql(means, task, (sql) => findIn(sql, task, request));
    keys.push(...found.keys);
    problems.push(...found.problems.map((it): Problem => ({ ...it, severity: "risk" })));
  }
  // With no key at hand, what could not be read is all that there is to tell.
  if (keys.length === 0 && problems[0]) throw new ProblemError({ ...problems[0], severity: "error" });
  return { keys, problems };
}

/** Another database of the same server. */
export function within(address: DatabaseAddress, name: string): DatabaseAddress {
  return { ...address, name };
}

async function findIn(sql: SqlRunner, task: SqlTask, request: ObserveRequest<SqlKeys>): Promise<FoundKeys> {
  const { source } = request;
  const database = task.database.name;
  const isMaster = database === "master";
  const wants = (what: SqlKeys["include"][number]): boolean => source.include.includes(what);
  const wantsCertificates = isMaster ? wants("tde") || wants("backup-encryption") : wants("bitlocker");
  const problems: Problem[] = [];
  const send = async (statement: Statement): Promise<readonly SqlRow[]> => {
    const answer = await ask(sql, statement, { task, values: {} });
    if (answer.is === "unknown") problems.push(answer.why);
    return answer.is === "known" ? answer.value : [];
  };
  const rows = wantsCertificates ? await send(certificatesStatement) : [];
  const certificates = rows
    .map((row) => certificateIn(row, database, source))
    .filter(({ key }) => isMaster || key.certificate === bitlockerCertificate);
  const masterKeys = wants("master-key") ? await send(masterKeyStatement) : [];
  const mayBeMore =
    (wantsCertificates && (isMaster || certificates.length === 0)) ||
    (wants("master-key") && masterKeys.length === 0);
  if (mayBeMore && problems.length === 0) {
    const [row] = await send(keysShownStatement);
    const right = isMaster ? viewAnyDefinition : viewDefinition;
    if (row && flagCell(row, "shown") !== true) problems.push(hiddenProblem(right, placeIn(task)));
  }
  const sealed = certificates.filter((it) => it.isShut).map(({ key }) => ownPassword(key, request, task));
  return {
    keys: [
      ...certificates.filter((it) => !it.isShut).map(({ key }) => key),
      ...(masterKeys.length > 0 ? [{ database }] : []),
    ],
    problems: [...problems, ...sealed],
  };
}

/** A certificate, and whether nobody has said what opens its private key. */
function certificateIn(
  row: SqlRow,
  database: string,
  { passwords }: SqlKeys,
): { readonly key: FoundKey; readonly isShut: boolean } {
  const certificate = textCell(row, "name") ?? "";
  const hasOwnPassword = textCell(row, "protection") === keyProtections.values["a password of its own"];
  const opens = hasOwnPassword ? passwords?.[certificate] : undefined;
  const thumbprint = textCell(row, "thumbprint");
  const key = {
    database,
    certificate,
    ...given({ opens, thumbprint: thumbprint && plainThumbprint(thumbprint) }),
  };
  return { key, isShut: hasOwnPassword && opens === undefined };
}

function ownPassword(key: FoundKey, { source, site }: ObserveRequest<SqlKeys>, { where }: SqlTask): Problem {
  return {
    code: "key-has-own-password",
    severity: "risk",
    message: `The ${keyTitle(key)} is in no snapshot: its private key is protected by a password of its own, which the policy does not name.`,
    where,
    hint: `Name it: \`sources.${source.name}.passwords: { ${key.certificate}: { file: … } }\`. Or let the master key protect it: ALTER CERTIFICATE … WITH PRIVATE KEY (DECRYPTION BY PASSWORD = …).`,
    about: aboutSite({ kind: "hazard", names: [site.code, keyTitle(key)] }),
  };
}

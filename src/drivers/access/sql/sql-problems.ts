import type { Problem } from "../../../core/base/problem.ts";
import type { ProblemCode } from "../../../core/base/problem-codes.ts";
import { AnswerError } from "./answer-limits.ts";
import { CertificateError, isCertificateFault } from "./certificate-error.ts";
import { grantsOf, loginName } from "./grants.ts";
import { isWithoutTicket, RefusedOption, UnclearFailure } from "./sqlcmd-failure.ts";
import { enterDatabase, type Right } from "../../../core/outside/facts/right.ts";
import { diskFull } from "../../../core/outside/site/windows.ts";
import { errorNumbers, type SqlErrorNumber } from "../../../core/outside/sql/sql-errors.ts";
import type { SqlError } from "./sql-runner.ts";
import { keyHint, sentencesOf } from "./sql-sentences.ts";
import { aboutMachine, type Subject } from "../../../core/base/subject.ts";
import { given } from "../../../core/base/given.ts";

/** What was being done, and to what, when a server refused. */
export interface SqlPlace {
  /** `PS1/database`. */
  readonly where: string;
  readonly server: string;
  readonly database: string;
  /** For people, after "could not": `back up the database`. */
  readonly doing: string;
  /** The login that was used, for the grant that cures; absent with Windows authentication. */
  readonly user?: string;
  /** The path in question, as SQL Server sees it. */
  readonly path?: string;
  /** What a login needs for it, where that is known. */
  readonly needs?: readonly Right[];
}

/** Says what an operator is to do about an error of SQL Server, of the way to it, or of a login. */
export function sqlProblem(error: SqlError, place: SqlPlace): Problem {
  const known = cures.find(
    (cure) =>
      cure.numbers.some((number) => error.has(number)) &&
      (cure.says === undefined || cure.says.test(error.message)),
  );
  const cure = known ?? stageCure(error);
  return {
    code: cure.code,
    severity: "error",
    message: `${place.server} could not ${place.doing}: ${sentencesOf(error)}`,
    where: place.where,
    hint: cure.hint(place, error),
    ...given({ about: subjectIn(place, cure.code) }),
  };
}

/**
 * Says which right a login lacks that SQL Server leaves rows out for, in silence: that none came proves
 * nothing.
 */
export function hiddenProblem(right: Right, place: SqlPlace, what?: string): Problem {
  const { server, database, doing, where } = place;
  const grant = grantsOf([right], place);
  return {
    code: "sql-permission",
    severity: "error",
    message: `${server} does not show this login ${what ?? `all that it takes to ${doing}`}: ${right.title} is missing.`,
    where,
    hint: `Run as an administrator of ${server}: ${grant} (docs/permissions.md)`,
    about: aboutMachine({ kind: "database", server, name: database }),
  };
}

/** Says that what was answered is none of the shapes that are known. */
export function shapeProblem(answer: string, { server, database, doing, where }: SqlPlace): Problem {
  return {
    code: "site-shape-unknown",
    severity: "error",
    message: `${server} could not ${doing}: ${answer}`,
    where,
    hint: shapeHint,
    about: aboutMachine({ kind: "database", server, name: database }),
  };
}

const shapeHint =
  "This version of ConfigMgr or SQL Server calls it otherwise than sitekeep does: `sitekeep selftest` lists what differs, and its report helps to mend it.";

/** What has to be mended, whoever waits for it. An error that is not known may be another one each time. */
function subjectIn({ server, database }: SqlPlace, code: ProblemCode): Subject | undefined {
  switch (code) {
    case "sql-failed":
    case "answer-broken":
      return undefined;
    case "command-failed":
      return aboutMachine({ kind: "tool", name: "sqlcmd" });
    case "sql-unreachable":
    case "sql-certificate":
    case "sql-certificate-differs":
    case "answer-too-slow":
    case "sql-login-refused":
    case "sql-statement-unknown":
      return aboutMachine({ kind: "server", name: server });
    default:
      return aboutMachine({ kind: "database", server, name: database });
  }
}

interface Cure {
  readonly code: ProblemCode;
  readonly numbers: readonly SqlErrorNumber[];
  /** Where a number alone does not tell: what the server's sentence must hold as well. */
  readonly says?: RegExp;
  hint(place: SqlPlace, error: SqlError): string;
}

/**
 * The first that matches counts: causes stand before what they cause.
 */
const cures: readonly Cure[] = [
  // A login to such a database is refused with 4060 as well: the replica is the cause.
  {
    code: "replica-closed",
    numbers: errorNumbers("replica closed"),
    hint: ({ server }) => replicaHint(server),
  },
  {
    code: "replica-refuses-backup",
    numbers: errorNumbers("backup refused on a replica"),
    hint: ({ server }) => replicaHint(server),
  },
  // A login whose database is gone is refused with 18456 as well: the database is the cause.
  {
    code: "sql-database-missing",
    numbers: errorNumbers("database missing", "database closed at login"),
    hint: (place) =>
      `Check that ${place.database} is on ${place.server} and online, and let the login in: ${grantsOf([enterDatabase], place)}`,
  },
  {
    code: "sql-login-refused",
    numbers: errorNumbers("login refused"),
    hint: ({ user, server }, error) =>
      isWithoutTicket(error.message)
        ? `Look at the service principal names of the account of SQL Server on ${server} (setspn -L ACCOUNT), and at the clock and the domain of this machine.`
        : user === undefined
          ? `Give the Windows account that runs sitekeep a login on ${server}: CREATE LOGIN ${loginName({ server })} FROM WINDOWS;`
          : `Check the password of ${user} on ${server}, and that it allows SQL Server logins (mixed mode).`,
  },
  {
    code: "sql-permission",
    numbers: errorNumbers("right missing", "closed to the login"),
    hint: (place, error) => {
      const grant = grantFor(place, error);
      return grant === ""
        ? `Give the login on ${place.server} what docs/permissions.md lists for ${place.database}.`
        : `Run as an administrator of ${place.server}: ${grant} (docs/permissions.md)`;
    },
  },
  {
    code: "site-shape-unknown",
    numbers: errorNumbers("name unknown"),
    hint: () => shapeHint,
  },
  {
    code: "sql-statement-unknown",
    numbers: errorNumbers("statement unknown"),
    hint: ({ server }) =>
      `See by \`sitekeep selftest\` what product answers as ${server}: the policy has to name the instance of SQL Server itself, and no gateway before it. Where another tool takes the backups of the site database, write \`method: external\`.`,
  },
  {
    code: "staging-full",
    numbers: errorNumbers("write failed"),
    says: new RegExp(`\\b(${diskFull.numbers.join("|")})\\(|enough (free )?space`, "i"),
    hint: ({ path }) =>
      `Free space where ${path ?? "the staging folder"} is, or name a larger folder under staging.`,
  },
  {
    code: "staging-unusable",
    numbers: errorNumbers("write failed"),
    hint: ({ path, server }) =>
      `Look at the disk behind ${path ?? "the staging folder"} and at the event log of ${server}; the next run takes a new copy.`,
  },
  {
    code: "staging-unusable",
    numbers: errorNumbers("staging closed"),
    hint: ({ path, server }) =>
      `Let the account of the SQL Server service on ${server} read and change files in ${path ?? "the staging folder"}, and check that the folder exists there: the service opens the file, not sitekeep.`,
  },
  // Of a restore: the server's sentence names a disk that the database is too large for.
  {
    code: "disk-full",
    numbers: errorNumbers("disk too small"),
    hint: ({ server }) => `Free space on that disk of ${server}, or restore to a server with larger disks.`,
  },
  {
    code: "backup-in-progress",
    numbers: errorNumbers("backup at work"),
    hint: ({ database }) =>
      `Wait until the other backup or file operation of ${database} has ended; keep the times of the two apart.`,
  },
  {
    code: "log-backup-refused",
    numbers: errorNumbers("log backup refused"),
    hint: () =>
      "Take a full backup first, and remove `log` from the policy where the recovery model is SIMPLE.",
  },
  {
    code: "backup-unreadable",
    numbers: errorNumbers("backup unreadable", "no backup"),
    hint: () => "Take another backup, verify the snapshot, and check the disk that holds the file.",
  },
  {
    code: "restore-chain-broken",
    numbers: errorNumbers("chain broken"),
    hint: () => "Restore the full backup that this one was made on, then everything after it in order.",
  },
  {
    code: "restore-would-overwrite",
    numbers: errorNumbers("would overwrite"),
    hint: ({ database }) => `Restore under another name, or ask for the replacement of ${database}.`,
  },
  {
    code: "restore-database-in-use",
    numbers: errorNumbers("database in use"),
    hint: ({ database }) => `Stop what is connected to ${database}, then try again.`,
  },
  {
    code: "restore-too-new",
    numbers: errorNumbers("backup too new"),
    hint: () => "Restore to a SQL Server of the same or a newer version than the one that made the backup.",
  },
  {
    code: "sql-edition-limit",
    numbers: errorNumbers("edition too small"),
    hint: () => "Use the edition that the backup comes from: this one limits the size or lacks a feature.",
  },
  {
    code: "sql-key-missing",
    numbers: errorNumbers("key missing"),
    hint: ({ server }, error) => keyHint(server, error.message),
  },
  {
    code: "database-damaged",
    numbers: errorNumbers("damaged"),
    hint: ({ database }) => `Run DBCC CHECKDB on ${database} and look at the disk; keep the older backups.`,
  },
];

function replicaHint(server: string): string {
  return `Name the listener of the availability group, or its primary, as the database's server in the policy: ${server} is a secondary replica now.`;
}

/** What is left when no number is known: how far we got says where to look. */
function stageCure(error: SqlError): Omit<Cure, "numbers" | "says"> {
  if (error instanceof AnswerError) return answerCures[error.excess];
  if (error instanceof CertificateError) return { code: error.code, hint: () => error.hint };
  if (error.stage === "login") return cures.find((it) => it.code === "sql-login-refused")!;
  if (error.stage === "statement")
    return {
      code: "sql-failed",
      hint: () => "Look the error number up in SQL Server's log and documentation.",
    };
  if (isToolFault(error))
    return {
      code: "command-failed",
      hint: () =>
        "Install Microsoft's sqlcmd, which Windows authentication needs, or name it under `tools:` of the machine file; or use a SQL Server login.",
    };
  if (isCertificateFault(error))
    return {
      code: "sql-certificate",
      hint: ({ server, user }) =>
        user === undefined
          ? `Name SQL Server as its certificate does (it is ${server} in the policy), and let Windows trust that certificate on this machine: sqlcmd is shown no authority. Configuration Manager's own, which is self-signed, goes into the Trusted Root Certification Authorities of the computer; or the machine file names it (serverCertificates), where sqlcmd is the one on its own (Go).`
          : `Give SQL Server on ${server} a certificate with that name, and name its authority in the machine file (certificateAuthority); or name there the certificate that it has (serverCertificates).`,
    };
  if (error instanceof RefusedOption)
    return {
      code: "command-failed",
      hint: () =>
        "Install a newer sqlcmd of Microsoft's, or name one under `tools:` of the machine file; or use a SQL Server login.",
    };
  return {
    code: "sql-unreachable",
    hint: ({ server }) => {
      const check = `Check that SQL Server on ${server} runs, its port, and the firewall between.`;
      return error instanceof UnclearFailure
        ? `${check} Where the sentence speaks of a login or its domain, SQL Server was reached: give the Windows account that runs sitekeep a login there, from a domain that the server trusts.`
        : check;
    },
  };
}

const tooLarge: Omit<Cure, "numbers" | "says"> = {
  code: "answer-too-large",
  hint: ({ server, database }) =>
    `No site answers so much: check that ${database} on ${server} is the database that is meant, and that nothing between changes what it says. \`sitekeep selftest\` tells which question it is.`,
};

/** An answer that has no end, by what of it was too much. */
const answerCures: Readonly<Record<AnswerError["excess"], Omit<Cure, "numbers" | "says">>> = {
  rows: tooLarge,
  bytes: tooLarge,
  messages: tooLarge,
  time: {
    code: "answer-too-slow",
    hint: ({ server }) =>
      `See on ${server} what the session of sitekeep waits for (wait_type and blocking_session_id in sys.dm_exec_requests), and whether the network between is sound; then run again.`,
  },
  form: {
    code: "answer-broken",
    hint: () =>
      "Use a SQL Server login in the policy, whose answers come through no command; or mend the value that holds a line break.",
  },
};

/** The way to the server ends before it begins: sqlcmd could not be started. */
function isToolFault({ cause }: SqlError): boolean {
  return cause instanceof Error && "syscall" in cause && String(cause.syscall).startsWith("spawn");
}

/**
 * The rights that what is done needs: the one whose object the server quotes, in whatever language; all of
 * them where it quotes none. Who may not even come into a database is let in first.
 */
function grantFor(place: SqlPlace, error: SqlError): string {
  const { database, user, needs = [] } = place;
  const quotes = (name: string): boolean => {
    const text = error.message.toLowerCase();
    return [`'${name}'`, `"${name}"`].some((quoted) => text.includes(quoted.toLowerCase()));
  };
  const named = needs.filter(({ object }) => object !== undefined && quotes(object));
  const grants = grantsOf(named.length > 0 ? named : needs, place);
  if (!isClosed(error) || /\bCREATE USER\b/.test(grants)) return grants;
  const closed = closedDatabase(error, { database, user });
  return `${grantsOf([enterDatabase], { ...place, database: closed })} ${grants}`.trim();
}

function isClosed(error: SqlError): boolean {
  return errorNumbers("closed to the login").some((number) => error.has(number));
}

/** The refusal quotes a principal and a database, in an order that is the language's. */
function closedDatabase(
  { messages }: SqlError,
  { database, user }: { readonly database: string; readonly user: string | undefined },
): string {
  const quoted = messages.flatMap(({ text }) => [...text.matchAll(/"([^"]+)"/g)].map(([, name]) => name!));
  const others = quoted.filter((name) => !name.includes("\\") && name !== user);
  return others.includes(database) ? database : (others[0] ?? database);
}

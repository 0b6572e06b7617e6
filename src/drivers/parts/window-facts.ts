import { given } from "../../core/base/given.ts";
import { day, type DurationMs, hour, type Instant, minute } from "../../core/base/instant.ts";
import type { Problem } from "../../core/base/problem.ts";
import type { DatabaseWindowFacts, UnreadWitness, WindowWitness } from "../../core/model/observation.ts";
import { seeTracking, viewAnyDatabase, viewDefinition } from "../../core/outside/facts/right.ts";
import { retentionUnits } from "../../core/outside/sql/sql-server.ts";
import type { Statement } from "../../core/outside/facts/statement.ts";
import { hiddenProblem, shapeProblem } from "../access/sql/sql-problems.ts";
import { flagCell, numberCell, textCell, utcCell } from "../access/sql/sql-row.ts";
import type { SqlRow, SqlRunner } from "../access/sql/sql-runner.ts";
import {
  clockStatement,
  currentVersionStatement,
  definitionRightStatement,
  groupVersionsStatement,
  initialisationsStatement,
  linksStatement,
  recoveryForkStatement,
  sendsStatement,
  siteCodeStatement,
  siteStatesStatements,
  trackingRightStatement,
  trackingStatement,
  validVersionsStatement,
} from "../access/sql/window-queries.ts";
import { askFirst } from "./session/ask.ts";
import { placeIn, type SqlTask } from "./session/sql-session.ts";
import { linksFrom, mayBePeer, siteCodeIn } from "./window-links.ts";

/** Whose database is read. */
export interface WindowTask extends Omit<SqlTask, "doing"> {
  /** The code that the policy has for its site, where the database itself does not tell it. */
  readonly siteCode: string;
}

/**
 * Reads what the window rests on from one database: its own setting of change tracking, how far cleanup has
 * come, its clock, and the state of its links. What is hidden, refused or not understood is told with its
 * cause, and never guessed.
 *
 * `now` gives our time, and is asked when the server's clock is read.
 */
export async function readWindowFacts(
  sql: SqlRunner,
  task: WindowTask,
  now: () => Instant,
): Promise<DatabaseWindowFacts> {
  const look = new WindowLooking(sql, task);
  const before = now();
  const serverClock = utcCell((await look.ask("clock", clockStatement))?.[0], "utc");
  if (serverClock === undefined) look.misread("clock", clockStatement, "it tells no time.");
  const readAt = now();
  const tracking = await readTracking(look);
  const versions = await readVersions(look, tracking.changeTracking === "on");
  const recoveryFork = await readRecoveryFork(look);
  const links = await readLinks(look, serverClock);
  const unread = look.unread;
  return {
    readAt,
    // The answer was made somewhere between question and receipt: halfway is off by half of that at most.
    clockOffsetMs: serverClock === undefined ? 0 : serverClock - Math.round((before + readAt) / 2),
    ...tracking,
    ...versions,
    ...given({ recoveryFork }),
    links,
    ...(unread.length > 0 && { unread }),
  };
}

/** One look at one database, with all that it could not read. */
class WindowLooking {
  readonly task: WindowTask;
  readonly #sql: SqlRunner;
  readonly #unread = new Map<WindowWitness, Problem>();

  constructor(sql: SqlRunner, task: WindowTask) {
    this.#sql = sql;
    this.task = task;
  }

  get unread(): readonly UnreadWitness[] {
    return [...this.#unread].map(([witness, why]) => ({ witness, why }));
  }

  /** The rows of the first statement whose names are there; `undefined` where there is no answer. */
  async ask(
    witness: WindowWitness,
    ...statements: readonly [Statement, ...Statement[]]
  ): Promise<readonly SqlRow[] | undefined> {
    const fact = await askFirst(this.#sql, statements, { task: this.task, values: {} });
    if (fact.is === "unknown") this.lacks(witness, fact.why);
    return fact.is === "known" ? fact.value : undefined;
  }

  /** Asks where there is a good second way: that there is no answer is not noted. */
  async tryTo(statement: Statement): Promise<readonly SqlRow[] | undefined> {
    const fact = await askFirst(this.#sql, [statement], { task: this.task, values: {} });
    return fact.is === "known" ? fact.value : undefined;
  }

  /** Notes that an answer was none that is understood. */
  misread(witness: WindowWitness, statement: Statement, answer: string): void {
    this.lacks(witness, shapeProblem(answer, placeIn({ ...this.task, doing: statement.doing })));
  }

  /** The first cause is told: others follow from it. */
  lacks(witness: WindowWitness, why: Problem): void {
    if (!this.#unread.has(witness)) this.#unread.set(witness, why);
  }

  /** Whether the right that a statement asks for is there. */
  async may(witness: WindowWitness, statement: Statement): Promise<boolean> {
    return flagCell((await this.ask(witness, statement))?.[0], "shown") === true;
  }
}

type Tracking = Pick<DatabaseWindowFacts, "changeTracking" | "retentionMs" | "autoCleanup">;

const unitMs: Readonly<Record<number, DurationMs>> = {
  [retentionUnits.values.minutes]: minute,
  [retentionUnits.values.hours]: hour,
  [retentionUnits.values.days]: day,
};

async function readTracking(look: WindowLooking): Promise<Tracking> {
  const rows = await look.ask("setting", trackingStatement);
  if (rows === undefined) return { changeTracking: "unknown" };
  const [row] = rows;
  if (row === undefined) {
    if (await look.may("setting", trackingRightStatement)) return { changeTracking: "off" };
    look.lacks(
      "setting",
      hiddenProblem(seeTracking, placeIn({ ...look.task, doing: trackingStatement.doing })),
    );
    return { changeTracking: "unknown" };
  }
  const period = numberCell(row, "retention_period");
  const unit = unitMs[numberCell(row, "retention_period_units") ?? 0];
  const isPeriod = period !== undefined && Number.isSafeInteger(period) && period > 0 && unit !== undefined;
  if (!isPeriod) look.misread("setting", trackingStatement, "its retention is no number of a known unit.");
  const autoCleanup = flagCell(row, "is_auto_cleanup_on");
  return {
    changeTracking: "on",
    ...(isPeriod && { retentionMs: period * unit }),
    ...given({ autoCleanup }),
  };
}

type Versions = Pick<DatabaseWindowFacts, "currentVersion" | "minValidVersion" | "cleanedVersion">;

/** A maximum counts only where every table was shown. */
async function readVersions(look: WindowLooking, isOn: boolean): Promise<Versions> {
  if (!isOn) return {};
  const currentVersion = versionCell((await look.ask("versions", currentVersionStatement))?.[0], "counted");
  const rows = await look.ask("versions", validVersionsStatement);
  const [minValidVersion, cleanedVersion] = [
    versionCell(rows?.[0], "valid"),
    versionCell(rows?.[0], "cleaned"),
  ];
  const isWhole = await look.may("versions", definitionRightStatement);
  if (!isWhole)
    look.lacks(
      "versions",
      hiddenProblem(viewDefinition, placeIn({ ...look.task, doing: validVersionsStatement.doing })),
    );
  if (currentVersion === undefined)
    look.misread("versions", currentVersionStatement, "it tells none, though change tracking is on.");
  if (minValidVersion === undefined)
    look.misread("versions", validVersionsStatement, "it tells of no table, though change tracking is on.");
  return { ...given({ currentVersion }), ...(isWhole && given({ minValidVersion, cleanedVersion })) };
}

async function readRecoveryFork(look: WindowLooking): Promise<string | undefined> {
  const rows = await look.ask("recovery fork", recoveryForkStatement);
  const fork = textCell(rows?.[0], "fork")?.toLowerCase();
  if (rows !== undefined && fork === undefined) {
    const place = placeIn({ ...look.task, doing: recoveryForkStatement.doing });
    look.lacks("recovery fork", hiddenProblem(viewAnyDatabase, place));
  }
  return fork;
}

async function readLinks(
  look: WindowLooking,
  serverClock: Instant | undefined,
): Promise<DatabaseWindowFacts["links"]> {
  const self = await readSiteCode(look);
  const states = await look.ask("site states", ...siteStatesStatements);
  const links = await look.ask("links", linksStatement);
  const initialisations = await look.ask("initialisations", initialisationsStatement);
  checkCodes(look, "links", { statement: linksStatement, rows: links, columns: ["sending", "receiving"] });
  checkCodes(look, "initialisations", {
    statement: initialisationsStatement,
    rows: initialisations,
    columns: ["requesting", "fulfilling"],
  });
  checkCodes(look, "site states", { statement: siteStatesStatements[0], rows: states, columns: ["site"] });
  if (states !== undefined && !states.some((row) => siteCodeIn(row, "site") === self && mayBePeer(row)))
    look.misread("site states", siteStatesStatements[0], `there is no row of site ${self} as a peer.`);
  return linksFrom({
    self,
    now: serverClock,
    links: links ?? [],
    initialisations: initialisations ?? [],
    states,
    sends: await look.ask("sends", sendsStatement),
    groupVersions: await readGroupVersions(look),
  });
}

/** What the code of a site looks like. */
const siteCodeForm = /^\w{3}$/;

/** A row that names no site may be one of ours. */
function checkCodes(
  look: WindowLooking,
  witness: WindowWitness,
  {
    statement,
    rows = [],
    columns,
  }: {
    readonly statement: Statement;
    readonly rows: readonly SqlRow[] | undefined;
    readonly columns: readonly string[];
  },
): void {
  if (rows.some((row) => columns.some((column) => !siteCodeForm.test(siteCodeIn(row, column)))))
    look.misread(witness, statement, "a row of it names no site.");
}

/** The code that the database gives itself, or else the one that the policy has for it. */
async function readSiteCode(look: WindowLooking): Promise<string> {
  const told = textCell((await look.tryTo(siteCodeStatement))?.[0], "site")?.trim();
  return (told || look.task.siteCode).toUpperCase();
}

/** The versions of groups rest on the same rows as the versions of all tables. */
async function readGroupVersions(look: WindowLooking): Promise<ReadonlyMap<string, string> | undefined> {
  const rows = await look.ask("group versions", groupVersionsStatement);
  if (rows === undefined || look.unread.some((it) => it.witness === "versions")) return undefined;
  return new Map(
    rows.flatMap((row): readonly (readonly [string, string])[] => {
      const [group, valid] = [textCell(row, "group_name"), versionCell(row, "valid")];
      return group === undefined || valid === undefined ? [] : [[group, valid]];
    }),
  );
}

function versionCell(row: SqlRow | undefined, column: string): string | undefined {
  const text = textCell(row, column)?.trim();
  return text !== undefined && /^\d{1,19}$/.test(text) ? text : undefined;
}

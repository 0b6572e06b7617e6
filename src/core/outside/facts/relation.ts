import type { OutsideFact, Witness } from "./outside-fact.ts";
import type { Right } from "./right.ts";

/** Types of SQL Server that read alike. */
export type ColumnType = "whole" | "text" | "bit" | "time" | "guid" | "bytes";

/** One column of a table or view, as far as we ask for it. */
export interface Column {
  readonly type: ColumnType;
  /** What a cell holds, with its unit. */
  readonly says: string;
  readonly confidence: number;
  /** NULL is an answer, and means this. */
  readonly ifNull?: string;
  /** SQL Server or ConfigMgr has it from this version on. */
  readonly since?: string;
  /** A column that other versions have in place of it. */
  readonly insteadOf?: string;
  /** Who tells of this column, beside those who tell of its table. An empty list: nobody does. */
  readonly witnesses?: readonly Witness[];
}

/** A table, a view or a table function that sitekeep reads. */
export interface Relation<
  Columns extends Readonly<Record<string, Column>> = Readonly<Record<string, Column>>,
> {
  /** With its schema: `dbo.ServerData`. */
  readonly name: string;
  /**
   * Where the relation is: in each site database, in the catalogue of a report server, in every database, in
   * `msdb`, once on the server, or in the file of a backup.
   */
  readonly at: "site database" | "report server" | "any database" | "msdb" | "server" | "backup file";
  readonly says: string;
  /** What a login needs to be shown all of it. */
  readonly right: Right;
  readonly columns: Columns;
  readonly witnesses: readonly Witness[];
  readonly confidence: number;
  /** What sitekeep does where it is not there, not shown, or has another shape. */
  readonly otherwise: string;
}

/** A relation as it is written down: the compiler keeps the names of its columns. */
export function relation<const Columns extends Readonly<Record<string, Column>>>(
  written: Relation<Columns>,
): Relation<Columns> {
  return written;
}

/** A relation and its columns as facts. */
export function factsOfRelation(of: Relation): readonly OutsideFact[] {
  const { name, at, says, witnesses, confidence, otherwise } = of;
  return [
    { id: name, kind: "object", says: `${says} (${at})`, witnesses, confidence, otherwise },
    ...Object.entries(of.columns).map(([column, it]): OutsideFact => ({
      id: `${name}.${column}`,
      kind: "column",
      says: `${typeWords[it.type]}: ${it.says}${it.ifNull === undefined ? "" : `; NULL: ${it.ifNull}`}`,
      ...(it.since !== undefined && { versions: it.since }),
      witnesses: [...(it.witnesses ?? []), ...witnesses],
      confidence: it.confidence,
      otherwise,
    })),
  ];
}

const typeWords: Readonly<Record<ColumnType, string>> = {
  whole: "whole number",
  text: "text",
  bit: "bit",
  time: "date and time",
  guid: "GUID",
  bytes: "bytes",
};

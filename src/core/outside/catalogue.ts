import { factsOfNumbers } from "./numbers.ts";
import type { Numbers } from "./numbers.ts";
import type { OutsideFact } from "./outside-fact.ts";
import { factsOfRelation } from "./relation.ts";
import type { Relation } from "./relation.ts";
import * as siteContent from "./site-content.ts";
import * as siteDefinition from "./site-definition.ts";
import * as siteReplication from "./site-replication.ts";
import { errorFacts } from "./sql-errors.ts";
import * as sqlServer from "./sql-server.ts";
import * as taskSet from "./task-set.ts";

const written: readonly unknown[] = [
  siteReplication,
  siteDefinition,
  siteContent,
  sqlServer,
  taskSet,
].flatMap((it) => Object.values(it));

/** All tables and views that sitekeep reads. */
export const relations: readonly Relation[] = written
  .filter(isRelation)
  .toSorted((left, right) => (left.name < right.name ? -1 : 1));

/** All numbers whose meaning it relies on. */
export const enumerations: readonly Numbers[] = written
  .filter(isNumbers)
  .toSorted((left, right) => (left.of < right.of ? -1 : 1));

const plain = written.filter(isFact).toSorted((left, right) => (left.id < right.id ? -1 : 1));

/** Functions of the site's database that it relies on: an id is how one is called. */
export const functions: readonly OutsideFact[] = plain.filter(({ kind }) => kind === "function");

/** Every fact of a product that is not ours, once. */
export const outsideFacts: readonly OutsideFact[] = [
  ...relations.flatMap(factsOfRelation),
  ...enumerations.flatMap(factsOfNumbers),
  ...plain,
  ...errorFacts,
];

function isRelation(value: unknown): value is Relation {
  return isMade(value) && "columns" in value;
}

function isNumbers(value: unknown): value is Numbers {
  return isMade(value) && "values" in value;
}

function isFact(value: unknown): value is OutsideFact {
  return isMade(value) && "id" in value;
}

function isMade(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

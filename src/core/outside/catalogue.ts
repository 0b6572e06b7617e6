import * as bitlocker from "./site/bitlocker.ts";
import * as availabilityGroups from "./sql/availability-groups.ts";
import * as contentLibrary from "./site/content-library.ts";
import type { ContentFact, FileFact } from "./facts/file-fact.ts";
import * as installFolder from "./site/install-folder.ts";
import * as dataFile from "./sql/data-file.ts";
import { factsOfNumbers } from "./facts/numbers.ts";
import type { Numbers } from "./facts/numbers.ts";
import type { OutsideFact } from "./facts/outside-fact.ts";
import { factsOfRelation } from "./facts/relation.ts";
import type { Relation } from "./facts/relation.ts";
import * as reportServer from "./site/report-server.ts";
import * as reportServerPlaces from "./site/report-server-places.ts";
import * as reportServerWmi from "./site/report-server-wmi.ts";
import * as siteContent from "./site/site-content.ts";
import * as siteDefinition from "./site/site-definition.ts";
import * as siteServices from "./site/site-services.ts";
import * as siteUpdates from "./site/site-updates.ts";
import * as siteReplication from "./site/site-replication.ts";
import { errorFacts } from "./sql/sql-errors.ts";
import * as statusMessages from "./site/status-messages.ts";
import * as sqlBackups from "./sql/sql-backups.ts";
import * as serverExpressions from "./sql/server-expressions.ts";
import type { ExpressionFact } from "./sql/server-expressions.ts";
import * as sqlEncryption from "./sql/sql-encryption.ts";
import * as sqlModules from "./sql/sql-modules.ts";
import * as sqlServer from "./sql/sql-server.ts";
import * as sqlStatements from "./sql/sql-statements.ts";
import * as sqlcmdTools from "./sql/sqlcmd-tools.ts";
import * as taskSet from "./site/task-set.ts";
import * as updatesPublisher from "./site/updates-publisher.ts";
import * as windows from "./site/windows.ts";
import type { RegistryFact } from "./site/windows.ts";

const written: readonly unknown[] = [
  siteReplication,
  siteServices,
  siteDefinition,
  siteUpdates,
  bitlocker,
  statusMessages,
  dataFile,
  siteContent,
  sqlServer,
  sqlEncryption,
  sqlModules,
  availabilityGroups,
  sqlBackups,
  serverExpressions,
  sqlStatements,
  sqlcmdTools,
  taskSet,
  installFolder,
  contentLibrary,
  windows,
  reportServer,
  reportServerPlaces,
  reportServerWmi,
  updatesPublisher,
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

/** Built-ins and properties that a server can be asked for by an expression. */
export const expressions: readonly ExpressionFact[] = plain.filter(
  (it): it is ExpressionFact => "asked" in it,
);

/** Files and folders, each by its place. */
export const files: readonly FileFact[] = plain.filter((it): it is FileFact => "at" in it && "path" in it);

/** What stands within files. */
export const contents: readonly ContentFact[] = plain.filter((it): it is ContentFact => "within" in it);

/** Keys of the registry and their values. */
export const registryFacts: readonly RegistryFact[] = plain.filter(
  (it): it is RegistryFact => it.kind === "registry path" && "key" in it,
);

/** Every fact of a product that is not ours, once. */
export const outsideFacts: readonly OutsideFact[] = [
  ...relations.flatMap(factsOfRelation),
  ...enumerations.flatMap(factsOfNumbers),
  ...plain,
  ...errorFacts,
];

/** The ids of those that a server is asked for. */
export const askedBySql: ReadonlySet<string> = new Set(
  [
    ...relations.flatMap(factsOfRelation),
    ...enumerations.flatMap(factsOfNumbers),
    ...functions,
    ...expressions,
  ].map(({ id }) => id),
);

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
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

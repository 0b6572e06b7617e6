import { sourceKinds } from "../../kinds/catalogue.ts";
import type { SourceKind } from "../../model/policy/source.ts";
import {
  calendarDefaults,
  databaseDefaults,
  defaultSources,
  hookDefaults,
  notifyDefaults,
  policyDefaults,
  retentionDefaults,
  sourceDefaults,
} from "./defaults.ts";
import { merge, withEntry, withOrigin, withoutEntries } from "../text/merge.ts";
import {
  asWritten,
  entriesOf,
  find,
  findText,
  type Default,
  type Written,
  type WrittenMap,
} from "../text/written.ts";

const byDefault: Default = { default: "default" };

/**
 * Fills in every default of a policy whose templates are merged. The result says of each value where it comes
 * from; resolving it can't fail once it has been checked.
 */
export function completePolicy(merged: WrittenMap): WrittenMap {
  const whole = merge(defaultMap(policyDefaults), merged);
  const site = mapAt(whole, "site");
  const withSite = withEntry(
    whole,
    "site",
    withEntry(site, "database", completeDatabase(find(site, "database"))),
  );
  return [completeRetention, completePartners, completeHooks, completeNotify, completeSources].reduce(
    (policy, complete) => complete(policy),
    withSite,
  );
}

function defaultMap(data: object): WrittenMap {
  return asWritten(data, byDefault) as WrittenMap;
}

function mapAt(policy: WrittenMap, key: string): WrittenMap {
  const found = find(policy, key);
  return found?.is === "map" ? found : defaultMap({});
}

function over(defaults: object, value: Written | undefined): WrittenMap {
  return value?.is === "map" ? merge(defaultMap(defaults), value) : defaultMap(defaults);
}

function completeDatabase(value: Written | undefined): WrittenMap {
  const database = over(databaseDefaults, value);
  const auth = find(database, "login") === undefined && find(database, "auth") === undefined;
  return auth ? withEntry(database, "auth", asWritten("windows", byDefault)) : database;
}

/**
 * Who writes nothing of it, or its calendar only, gets the default rules; `null` at a rule is written too.
 */
function completeRetention(policy: WrittenMap): WrittenMap {
  const written = find(policy, "retention");
  if (written?.is !== "map" && policy.entries.has("retention")) return policy;
  const calendar = Object.keys(calendarDefaults);
  const keys = written?.is === "map" ? [...written.entries.keys()] : [];
  const rules = keys.every((it) => calendar.includes(it)) && !isEmptyMap(written) ? retentionDefaults : {};
  return withEntry(policy, "retention", over({ ...calendarDefaults, ...rules }, written));
}

/** `retention: {}` is no default but a mistake. */
function isEmptyMap(value: Written | undefined): boolean {
  return value?.is === "map" && value.entries.size === 0;
}

function completePartners(policy: WrittenMap): WrittenMap {
  const partners = entriesOf(find(policy, "partners")).reduce(
    (map, [code, it]) => withEntry(map, code, completeDatabase(it)),
    mapAt(policy, "partners"),
  );
  return withEntry(policy, "partners", partners);
}

function completeHooks(policy: WrittenMap): WrittenMap {
  const hooks = ["before", "after"].reduce(
    (map, key) => withEntry(map, key, completeItems(find(map, key), hookDefaults)),
    mapAt(policy, "hooks"),
  );
  return withEntry(policy, "hooks", hooks);
}

function completeNotify(policy: WrittenMap): WrittenMap {
  return withEntry(policy, "notify", completeItems(find(policy, "notify"), notifyDefaults));
}

function completeItems(list: Written | undefined, defaults: object): Written {
  if (list?.is !== "list") return asWritten([], byDefault);
  return { ...list, items: list.items.map((it) => over(defaults, it)) };
}

function completeSources(policy: WrittenMap): WrittenMap {
  const written = mapAt(policy, "sources");
  const kinds = new Set(entriesOf(written).map(([, it]) => findText(it, "kind")));
  const wanted = find(policy, "defaultSources");
  const added = Object.entries(defaultSources)
    .filter(([name, kind]) => !kinds.has(kind) && !written.entries.has(name))
    .filter(() => wanted?.is === "scalar" && wanted.value === true)
    .map(([name, kind]) => [name, defaultMap({ kind })] as const);
  // A source of a wrong shape has been complained about, and can't be completed.
  const known = entriesOf(written).filter(([, it]) =>
    sourceKinds.some((kind) => kind === findText(it, "kind")),
  );
  const all = [...known, ...added];
  const rank = ([, source]: readonly [string, Written]): number =>
    sourceKinds.indexOf(findText(source, "kind") as SourceKind);
  // Templates, policy and defaults each add some: in the order of the kinds they read as one list.
  const ordered = all.toSorted((left, right) => rank(left) - rank(right));
  const complete = ordered.reduce(
    (map, [name, source]) => withEntry(map, name, completeSource(source as WrittenMap, policy)),
    onlyRemoved(written),
  );
  return withEntry(policy, "sources", inheritStaging(complete));
}

/** What `null` removed stays, so that an explanation can tell. */
function onlyRemoved(map: WrittenMap): WrittenMap {
  return { ...map, entries: new Map([...map.entries].filter(([, it]) => find(it.value) === undefined)) };
}

function completeSource(source: WrittenMap, policy: WrittenMap): WrittenMap {
  const kind = findText(source, "kind") as SourceKind;
  const whole = merge(defaultMap(sourceDefaults[kind]), source);
  switch (kind) {
    case "site-files":
      return addMissing(whole, "root", find(policy, "site", "installFolder"), "site.installFolder");
    case "content-library": {
      const folders = find(whole, "folders");
      const discover = folders?.is === "list" && folders.items.length === 0;
      return addMissing(whole, "discover", asWritten(discover, byDefault));
    }
    case "reporting-server":
      return withEntry(whole, "database", reportingDatabase(whole, policy));
    case "sql-database":
      return withEntry(whole, "database", databaseBeside(find(whole, "database"), policy));
    case "site-database":
    case "task-backup":
    case "windows-registry":
    case "package-sources":
    case "scup-database":
    case "user-state":
    case "sql-keys":
    case "folder":
      return whole;
  }
}

function addMissing(map: WrittenMap, key: string, value: Written | undefined, from?: string): WrittenMap {
  if (value === undefined || find(map, key) !== undefined) return map;
  const origin = { default: from === undefined ? "default" : `default, from ${from}` };
  return withEntry(map, key, withOrigin(value, origin));
}

function reportingDatabase(source: WrittenMap, policy: WrittenMap): WrittenMap {
  const on = find(source, "on");
  const written = over({ name: "ReportServer" }, find(source, "database"));
  return databaseBeside(on === undefined ? written : addMissing(written, "server", on, "on"), policy);
}

/** A database without a server is one beside the site database, and is reached the same way. */
function databaseBeside(value: Written | undefined, policy: WrittenMap): WrittenMap {
  const database = over({}, value);
  const site = find(policy, "site", "database");
  if (find(database, "server") !== undefined || site?.is !== "map") return completeDatabase(database);
  const origin = { default: "default, from site.database" };
  const inherited = withOrigin(withoutEntries(site, "name"), origin) as WrittenMap;
  const beside = merge(inherited, database);
  // Whoever writes how to log in does not want the site database's way as well.
  const own = find(database, "auth") !== undefined || find(database, "login") !== undefined;
  const foreign = own ? ["auth", "login"].filter((key) => !database.entries.has(key)) : [];
  return completeDatabase(withoutEntries(beside, ...foreign));
}

/** Keys are exported to where the site database's backups are staged, unless they say otherwise. */
function inheritStaging(sources: WrittenMap): WrittenMap {
  const database = entriesOf(sources).find(([, it]) => findText(it, "kind") === "site-database");
  const staging = find(database?.[1], "staging");
  return entriesOf(sources)
    .filter(([, it]) => findText(it, "kind") === "sql-keys")
    .reduce(
      (map, [name, it]) =>
        withEntry(map, name, addMissing(it as WrittenMap, "staging", staging, `sources.${database?.[0]}`)),
      sources,
    );
}

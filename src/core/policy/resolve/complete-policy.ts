import { kindOf, sourceKinds } from "../../kinds/catalogue.ts";
import type { SourceKind } from "../../model/policy/source.ts";
import { completeDatabase } from "../text/complete-database.ts";
import { byDefault, defaultMap, over } from "../text/completing.ts";
import {
  calendarDefaults,
  hookDefaults,
  notifyDefaults,
  policyDefaults,
  retentionDefaults,
} from "./defaults.ts";
import { merge, withEntry } from "../text/merge.ts";
import { asWritten, entriesOf, find, findText, type Written, type WrittenMap } from "../text/written.ts";

/**
 * Fills in every default of a policy whose templates are merged. The result says of each value where it comes
 * from; resolving it can't fail once it has been checked.
 */
export function completePolicy(merged: WrittenMap): WrittenMap {
  return [
    completeSite,
    completeRetention,
    completePartners,
    completeHooks,
    completeNotify,
    completeSources,
  ].reduce((policy, complete) => complete(policy), merge(defaultMap(policyDefaults), merged));
}

function mapAt(policy: WrittenMap, key: string): WrittenMap {
  const found = find(policy, key);
  return found?.is === "map" ? found : defaultMap({});
}

/** What has a wrong shape stays: it has been complained about, and isn't absent. */
function completeSite(policy: WrittenMap): WrittenMap {
  const site = find(policy, "site");
  if (site?.is !== "map") return policy;
  const database = find(site, "database");
  if (database?.is !== "map" && site.entries.has("database")) return policy;
  return withEntry(policy, "site", withEntry(site, "database", completeDatabase(database)));
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
  const isWanted = wanted?.is === "scalar" && wanted.value === true;
  const added = sourceKinds.flatMap((kind): readonly (readonly [string, WrittenMap])[] => {
    const name = kindOf(kind).byDefault;
    const isMissing = name !== undefined && !kinds.has(kind) && !written.entries.has(name);
    return isMissing && isWanted ? [[name, defaultMap({ kind })]] : [];
  });
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
  return withEntry(policy, "sources", complete);
}

/** What `null` removed stays, so that an explanation can tell. */
function onlyRemoved(map: WrittenMap): WrittenMap {
  return { ...map, entries: new Map([...map.entries].filter(([, it]) => find(it.value) === undefined)) };
}

function completeSource(source: WrittenMap, policy: WrittenMap): WrittenMap {
  const kind = kindOf(findText(source, "kind") as SourceKind);
  const whole = merge(defaultMap(kind.defaults), source);
  return kind.complete?.(whole, policy) ?? whole;
}

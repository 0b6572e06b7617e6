import { isInstant } from "../../core/base/instant.ts";
import { isJsonObject, type Json } from "../../core/base/json.ts";
import { keyOf } from "../../core/model/policy/location.ts";
import type { ResolvedPolicy } from "../../core/model/policy/resolved-policy.ts";
import type { ToldTarget } from "../../core/model/policy/alarm.ts";
import { digestOf } from "../session/record.ts";
import type { World } from "../session/world.ts";

const version = 1;

/** The name of what this machine remembers to have told of a policy and its repository. */
export function toldOfPolicy({ name, site, repository }: ResolvedPolicy): string {
  return `told-${digestOf([site.code, name, keyOf(repository.location)])}`;
}

/** The name of what this machine remembers to have told of the policies of a folder. */
export function toldOfFolder(folder: string): string {
  return `told-${digestOf([folder])}`;
}

/** What was told, by webhook. A record that is lost or damaged tells everything again. */
export async function recallTold(world: World, name: string): Promise<readonly ToldTarget[]> {
  const record = await world.recall(name);
  if (!isJsonObject(record) || record["version"] !== version) return [];
  const { targets } = record;
  return Array.isArray(targets) && targets.every(isTarget) ? (targets as unknown as ToldTarget[]) : [];
}

/** Notes what was told. Where it can't be noted it is told again, which is no failure. */
export async function rememberTold(
  world: World,
  name: string,
  targets: readonly ToldTarget[],
): Promise<void> {
  const record = JSON.parse(JSON.stringify({ version, targets })) as Json;
  await world.remember(name, record).catch(() => undefined);
}

function isTarget(value: Json): boolean {
  if (!isJsonObject(value) || !isJsonObject(value["webhook"])) return false;
  const { on, told, undelivered } = value;
  return (
    Array.isArray(on) &&
    Array.isArray(told) &&
    told.every(isTold) &&
    (undelivered === undefined || isUndelivered(undelivered))
  );
}

function isTold(value: Json): boolean {
  if (!isJsonObject(value) || !isJsonObject(value["problem"])) return false;
  const { problem, key, event, at } = value;
  return (
    typeof key === "string" &&
    typeof event === "string" &&
    isInstant(at) &&
    typeof problem["message"] === "string" &&
    typeof problem["where"] === "string"
  );
}

function isUndelivered(value: Json): boolean {
  return isJsonObject(value) && isInstant(value["since"]) && typeof value["why"] === "string";
}

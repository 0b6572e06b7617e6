import { expect } from "vitest";
import type { Backend } from "../../../src/store/backends/backend.ts";
import { initRepository, openRepository } from "../../../src/store/open-repository.ts";
import { NotARepository, RepositoryLocked } from "../../../src/store/objects/repository-errors.ts";
import { chance } from "../test-repository.ts";
import { campaignKeys, type KeyName, type Mark, withRepository } from "./story.ts";

/** A key that opens it. All that were told to open it do, and one that was told to be removed does not. */
export async function findKey(backend: Backend, marks: readonly Mark[], what: string): Promise<KeyName> {
  const isTold = (is: Mark["is"], key: KeyName): boolean =>
    marks.some((mark) => mark.is === is && "key" in mark && mark.key === key);
  if (!(await isMade(backend))) {
    expect(marks, `${what}: the repository is gone`).toEqual([]);
    await initRepository(backend, { keys: [campaignKeys.first], random: chance(70) });
    return "first";
  }
  const opens = { first: await opensWith(backend, "first"), second: await opensWith(backend, "second") };
  if (!isTold("key-removing", "first")) expect(opens.first, `${what}: the first key opens it`).toBe(true);
  if (isTold("key-added", "second")) expect(opens.second, `${what}: the second key opens it`).toBe(true);
  if (isTold("key-removed", "first")) expect(opens.first, `${what}: the removed key opens it`).toBe(false);
  return opens.first ? "first" : "second";
}

/**
 * Of the configuration and of each key slot there are two. While they are made, or a slot is taken away, a
 * cut may leave one: the check rightly says that the other is missing.
 */
export function isTwinInWork(object: string, marks: readonly Mark[]): boolean {
  if (!marks.some(({ is }) => is === "made")) return /^(config|keys)/.test(object);
  const last = marks.findLast(({ is }) => is.startsWith("key-"))?.is;
  return object.startsWith("keys/") && (last === "key-adding" || last === "key-removing");
}

async function isMade(backend: Backend): Promise<boolean> {
  return openRepository(backend, { keys: [], random: chance(1), now: () => 0, threads: 0 }).then(
    (it) => it.close().then(() => true),
    (error) => !(error instanceof NotARepository),
  );
}

async function opensWith(backend: Backend, key: KeyName): Promise<boolean> {
  try {
    await withRepository(backend, { key }, async () => {});
    return true;
  } catch (error) {
    if (!(error instanceof RepositoryLocked)) throw error;
    return false;
  }
}

import { join } from "node:path";
import { ProblemError, type Problem } from "../../core/base/problem.ts";
import type { ProblemCode } from "../../core/base/problem-codes.ts";
import { curesOf, keyOf, titleOf } from "../../core/model/policy/location.ts";
import type { RepositoryAddress } from "../../core/model/policy/resolved-policy.ts";
import { parseKeyFile, type RepositoryKey } from "../../store/keys/keys.ts";
import type { CopyableRepository } from "../../store/copyable-repository.ts";
import { initRepository, openRepository } from "../../store/open-repository.ts";
import { readConfigIfAny } from "../../store/objects/read-config.ts";
import {
  KeyFileInvalid,
  NotARepository,
  ObjectDamaged,
  ObjectTooNew,
  RepositoryExists,
  RepositoryLocked,
} from "../../store/objects/repository-errors.ts";
import { isSystemError } from "../../store/backends/system-errors.ts";
import type { Notes } from "../../store/objects/notes.ts";
import { digestOf } from "./record.ts";
import type { Redactor } from "./redact.ts";
import { readSecret } from "./secrets.ts";
import type { World } from "./world.ts";

/** A repository that was opened, or the fact that none is there yet. */
export type Opened =
  { readonly exists: true; readonly repository: CopyableRepository } | { readonly exists: false };

/** What a repository is reached by: a session, or as much of one. */
export interface Context {
  readonly world: World;
  readonly redactor: Redactor;
  readonly notes: Notes;
}

/**
 * Whether the place of an address holds a repository; no key is needed to see that. One that vanished is a
 * problem.
 */
export async function hasRepository({ world }: Context, address: RepositoryAddress): Promise<boolean> {
  try {
    if (await readConfigIfAny(world.openBackend(address.location))) return true;
    if (await isKnown(world, address)) throw new ProblemError(vanished(address));
    return false;
  } catch (thrown) {
    throw asProblem(thrown, address);
  }
}

/** Opens the repository at an address; `create` makes one where the place holds none. */
export async function openRepositoryAt(
  context: Context,
  address: RepositoryAddress,
  create: boolean,
): Promise<Opened> {
  try {
    return await open(context, address, create);
  } catch (thrown) {
    throw asProblem(thrown, address);
  }
}

async function open(context: Context, address: RepositoryAddress, create: boolean): Promise<Opened> {
  const { world, notes } = context;
  const backend = world.openBackend(address.location);
  const keys = address.encrypt ? await readKeys(context, address) : [];
  const random = (count: number) => world.random(count);
  if (create && !(await isKnown(world, address)))
    await initUnlessThere(() =>
      initRepository(backend, address.encrypt ? { keys, random } : { unencrypted: true, random }),
    );
  const cacheFolder = join(world.cacheFolder, "store");
  const options = { keys, random, now: () => world.now(), cacheFolder, notes };
  try {
    const repository = await openRepository(backend, options);
    if (address.encrypt && !repository.isEncrypted) {
      await repository.close();
      throw new ProblemError(notEncrypted(address));
    }
    if (!(await isKnown(world, address)))
      await notes.write(knownPlace, () => world.remember(recordName(address), { repository: repository.id }));
    return { exists: true, repository };
  } catch (thrown) {
    if (!(thrown instanceof NotARepository)) throw thrown;
    if (await isKnown(world, address)) throw new ProblemError(vanished(address), { cause: thrown });
    return { exists: false };
  }
}

const knownPlace = {
  what: "on this machine that the repository is there",
  means: "Should its place be empty one day, a share that is not mounted is taken for a new place.",
};

/**
 * A repository that this machine has worked with. An empty folder in its place is a share that is not
 * mounted.
 */
async function isKnown(world: World, address: RepositoryAddress): Promise<boolean> {
  return (await world.recall(recordName(address))) !== undefined;
}

function recordName({ location }: RepositoryAddress): string {
  return `repository-${digestOf(keyOf(location))}`;
}

/**
 * Whoever can write to a share could else put an open repository there and read what is captured from then
 * on.
 */
function notEncrypted(address: RepositoryAddress): Problem {
  const message = `The repository at ${titleOf(address.location)} is not encrypted, and a key was named for it.`;
  const hint =
    "Find out how it came there. If it is meant to be read by everybody, say `encrypt: false` and no keys in the policy, or leave --key-file away.";
  return problem("repository-not-encrypted", address, message, hint);
}

function vanished(address: RepositoryAddress): Problem {
  const message = `The repository that was at ${titleOf(address.location)} is not there.`;
  return problem("repository-vanished", address, message, curesOf(address.location).vanished);
}

/** There is nothing at the place, and nothing was known to be there. */
export function repositoryAbsent(address: RepositoryAddress): Problem {
  const { name, location } = address;
  const message = `There is no repository at ${titleOf(location)}.`;
  const { absent, recognise } = curesOf(location);
  // What was named by its place has no other name: then there is a repository somewhere, and no policy to
  // make one by.
  const hint =
    name === titleOf(location)
      ? `${absent} ${recognise}`
      : `The first \`sitekeep apply\` makes it, or \`sitekeep repo init\`. If one should be there: ${absent}`;
  return problem("repository-absent", address, message, hint);
}

/** Two machines may make it at once: the second one finds the first one's. */
async function initUnlessThere(init: () => Promise<void>): Promise<void> {
  try {
    await init();
  } catch (thrown) {
    if (!(thrown instanceof RepositoryExists)) throw thrown;
  }
}

/**
 * The keys that an address names, ready to open with. A key file that is missing or holds no key is a
 * problem.
 */
export function readKeys(
  { world, redactor }: Context,
  address: RepositoryAddress,
): Promise<readonly RepositoryKey[]> {
  return Promise.all(
    address.keys.map(async (key): Promise<RepositoryKey> => {
      if (key.as === "password") return { password: await readSecret(world, redactor, key.password) };
      return { keyFile: await readKeyAt(world, key.file, `repository ${address.name}`) };
    }),
  );
}

/** Reads a key file. One that is missing or holds no key is a problem. */
export async function readKeyAt(world: World, file: string, where: string): Promise<Uint8Array> {
  try {
    return parseKeyFile(await world.readBytes(file));
  } catch (thrown) {
    throw new ProblemError(keyProblem(file, where, thrown), { cause: thrown });
  }
}

function keyProblem(file: string, where: string, fault: unknown): Problem {
  const code = "repository-key-missing";
  if (fault instanceof KeyFileInvalid) {
    const hint =
      "Copy the key that the repository was made with to that place: 32 random bytes, as they are or as 64 hexadecimal digits.";
    return { code, severity: "error", message: `The file ${file} holds no key.`, where, hint };
  }
  const absent = (fault as NodeJS.ErrnoException).code === "ENOENT";
  const message = absent
    ? `There is no key file at ${file}.`
    : `The key file ${file} can't be read: ${(fault as Error).message}.`;
  const hint =
    "Copy the repository's key here. For a new repository, `sitekeep init` or `sitekeep repo init` makes one.";
  return { code, severity: "error", message, where, hint };
}

function locked(address: RepositoryAddress): Problem {
  return address.keys.length === 0
    ? problem(
        "repository-locked",
        address,
        "The repository is encrypted, and no key was named.",
        "Name its key in the policy's `keys:`, or with --key-file FILE beside --folder.",
      )
    : problem(
        "repository-locked",
        address,
        "None of the keys opens the repository.",
        "Use the key file or password that it was made with; without any of them nobody can read it.",
      );
}

/** Does something in a repository: what goes wrong there is a problem. */
export async function inRepository<Result>(
  address: RepositoryAddress,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (thrown) {
    throw asProblem(thrown, address);
  }
}

/** What can go wrong with a repository, as a problem; anything else as it came. */
export function asProblem(thrown: unknown, address: RepositoryAddress): unknown {
  if (thrown instanceof RepositoryLocked) return new ProblemError(locked(address), { cause: thrown });
  if (thrown instanceof ObjectTooNew) return new ProblemError(tooNew(address, thrown), { cause: thrown });
  if (hasNoRoom(thrown)) return new ProblemError(full(address, thrown), { cause: thrown });
  if (thrown instanceof ObjectDamaged || isSystemError(thrown)) {
    const { unusable } = curesOf(address.location);
    const hint = thrown instanceof ObjectDamaged ? `${mending} ${unusable}` : unusable;
    const message = `The repository at ${titleOf(address.location)} can't be used: ${thrown.message}`;
    return new ProblemError(problem("repository-unreadable", address, message, hint), { cause: thrown });
  }
  return thrown;
}

const mending =
  "See what is hurt with `sitekeep repo check`, and put it in order with `sitekeep repo repair`.";

/** Whether a disk or share, or the share of it that an account may use, is full. */
function hasNoRoom(thrown: unknown): thrown is NodeJS.ErrnoException {
  return isSystemError(thrown) && (thrown.code === "ENOSPC" || thrown.code === "EDQUOT");
}

function full(address: RepositoryAddress, thrown: Error): Problem {
  const message = `There is no room left for the repository at ${titleOf(address.location)}: ${thrown.message}.`;
  const hint = `${curesOf(address.location).full}, fewer points in \`retention:\`, or \`sitekeep repo prune\`. What is there stays whole; docs/stuck.md says more.`;
  return problem("disk-full", address, message, hint);
}

function tooNew(address: RepositoryAddress, thrown: ObjectTooNew): Problem {
  const hint = "Use the version of sitekeep that wrote it, or a later one. Nothing is damaged.";
  const message = `The repository at ${titleOf(address.location)} can't be used: ${thrown.message}`;
  return problem("repository-unreadable", address, message, hint);
}

function problem(code: ProblemCode, address: RepositoryAddress, message: string, hint: string): Problem {
  return { code, severity: "error", message, where: `repository ${address.name}`, hint };
}

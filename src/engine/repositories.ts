import { join } from "node:path";
import { ProblemError, type Problem } from "../core/base/problem.ts";
import type { ProblemCode } from "../core/base/problem-codes.ts";
import type { RepositoryAddress } from "../core/model/resolved-policy.ts";
import { parseKeyFile, type RepositoryKey } from "../store/keys.ts";
import { initRepository, openRepository } from "../store/open-repository.ts";
import {
  KeyFileInvalid,
  NotARepository,
  ObjectDamaged,
  ObjectTooNew,
  RepositoryExists,
  RepositoryLocked,
} from "../store/repository-errors.ts";
import type { Repository } from "../store/repository.ts";
import { digestOf } from "./record.ts";
import type { Redactor } from "./redact.ts";
import { readSecret } from "./secrets.ts";
import type { World } from "./world.ts";

/** A repository that was opened, or the fact that none is there yet. */
export type Opened = { readonly exists: true; readonly repository: Repository } | { readonly exists: false };

interface Context {
  readonly world: World;
  readonly redactor: Redactor;
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
  const { world } = context;
  const backend = world.openBackend(address.location);
  const keys = address.encrypt ? await readKeys(context, address) : [];
  const random = (count: number) => world.random(count);
  if (create && !(await isKnown(world, address)))
    await initUnlessThere(() =>
      initRepository(backend, address.encrypt ? { keys, random } : { unencrypted: true, random }),
    );
  const options = { keys, random, now: () => world.now(), cacheFolder: join(world.cacheFolder, "store") };
  try {
    const repository = await openRepository(backend, options);
    if (!(await isKnown(world, address)))
      await world.remember(recordName(address), { repository: repository.id });
    return { exists: true, repository };
  } catch (thrown) {
    if (!(thrown instanceof NotARepository)) throw thrown;
    if (await isKnown(world, address)) throw new ProblemError(vanished(address), { cause: thrown });
    return { exists: false };
  }
}

/** A repository that this machine has worked with. An empty folder in its place is a share that is not mounted. */
async function isKnown(world: World, address: RepositoryAddress): Promise<boolean> {
  return (await world.recall(recordName(address))) !== undefined;
}

function recordName({ location }: RepositoryAddress): string {
  return `repository-${digestOf({ folder: location.folder })}`;
}

function vanished(address: RepositoryAddress): Problem {
  const message = `The repository that was at ${address.location.folder} is not there.`;
  const hint =
    "Mount the share or connect the disk. If it was removed on purpose, name another folder for the new one in the policy.";
  return problem("repository-vanished", address, message, hint);
}

/** Two machines may make it at once: the second one finds the first one's. */
async function initUnlessThere(init: () => Promise<void>): Promise<void> {
  try {
    await init();
  } catch (thrown) {
    if (!(thrown instanceof RepositoryExists)) throw thrown;
  }
}

function readKeys(
  { world, redactor }: Context,
  address: RepositoryAddress,
): Promise<readonly RepositoryKey[]> {
  return Promise.all(
    address.keys.map(async (key): Promise<RepositoryKey> => {
      if (key.as === "password") return { password: await readSecret(world, redactor, key.password) };
      return { keyFile: await readKeyFile(world, address, key.file) };
    }),
  );
}

async function readKeyFile(world: World, address: RepositoryAddress, file: string): Promise<Uint8Array> {
  try {
    return parseKeyFile(await world.readBytes(file));
  } catch (fault) {
    if (fault instanceof KeyFileInvalid) throw new ProblemError(noKey(address, file), { cause: fault });
    const absent = (fault as NodeJS.ErrnoException).code === "ENOENT";
    const message = absent
      ? `There is no key file at ${file}.`
      : `The key file ${file} can't be read: ${(fault as Error).message}.`;
    const hint = "Copy the repository's key here. For a new repository, `sitekeep init` makes one.";
    throw new ProblemError(problem("repository-key-missing", address, message, hint), { cause: fault });
  }
}

function noKey(address: RepositoryAddress, file: string): Problem {
  const hint =
    "Copy the key that the repository was made with to that place: 32 random bytes, as they are or as 64 hexadecimal digits.";
  return problem("repository-key-missing", address, `The file ${file} holds no key.`, hint);
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

function asProblem(thrown: unknown, address: RepositoryAddress): unknown {
  if (thrown instanceof RepositoryLocked) return new ProblemError(locked(address), { cause: thrown });
  if (thrown instanceof ObjectDamaged || thrown instanceof ObjectTooNew || isSystemError(thrown)) {
    const hint =
      "Check that the folder or share is there, that this account may read and write it, and the disk behind it.";
    const message = `The repository at ${address.location.folder} can't be used: ${thrown.message}`;
    return new ProblemError(problem("repository-unreadable", address, message, hint), { cause: thrown });
  }
  return thrown;
}

function isSystemError(thrown: unknown): thrown is NodeJS.ErrnoException {
  return thrown instanceof Error && typeof (thrown as NodeJS.ErrnoException).syscall === "string";
}

function problem(code: ProblemCode, address: RepositoryAddress, message: string, hint: string): Problem {
  return { code, severity: "error", message, where: `repository ${address.name}`, hint };
}

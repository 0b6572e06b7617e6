import { ProblemError, type Problem } from "../../core/base/problem.ts";
import type { ProblemCode } from "../../core/base/problem-codes.ts";
import type { KeySlotView } from "../../core/model/repository/key-slot-view.ts";
import { titleOf } from "../../core/model/policy/location.ts";
import type { RepositoryAddress } from "../../core/model/policy/resolved-policy.ts";
import { addKey, type KeyRing, listKeySlots, removeKey, requireOpen } from "../../store/keys/key-ring.ts";
import type { RepositoryKey } from "../../store/keys/keys.ts";
import {
  KeySlotMissing,
  KeySlotNeeded,
  NotARepository,
  NotEncrypted,
  NothingToRead,
} from "../../store/objects/repository-errors.ts";
import { asProblem, type Context, readKeys, repositoryAbsent } from "../session/repositories.ts";

/** The slots of an encrypted repository, and what is done with them. */
export interface RepositoryKeys {
  slots(): Promise<readonly KeySlotView[]>;
  /**
   * Rejects unless a key at hand opens the repository: before anybody is asked for a new one, or one is made.
   */
  requireOpen(): Promise<void>;
  /** Lets a key open the repository, and proves that it does. A key that does already gets no second slot. */
  add(key: RepositoryKey): Promise<AddedKey>;
  /** Takes a slot away. Refused unless a key at hand opens one that stays. */
  remove(id: string): Promise<void>;
  /** Which slot a new key would replace: the one named, or the only other one that the keys at hand open. */
  slotToReplace(key: RepositoryKey, named: string | undefined): Promise<KeySlotView>;
  /** Adds the new key, proves it, and only then takes the old slot away. Stopped in between, both open. */
  rotate(key: RepositoryKey, old: KeySlotView): Promise<AddedKey>;
}

/** The slot that a key opens once it was added. */
export interface AddedKey {
  readonly id: string;
  /** False when the key opened the repository before. */
  readonly isNew: boolean;
}

/** The keys of the repository at an address. Every rejection is a problem with its cure. */
export async function openRepositoryKeys(
  context: Context,
  address: RepositoryAddress,
): Promise<RepositoryKeys> {
  const backend = context.world.openBackend(address.location);
  const keys = await readKeys(context, address);
  const ring = { backend, keys };
  const random = (count: number) => context.world.random(count);
  const guarded = <Result>(work: () => Promise<Result>): Promise<Result> =>
    work().catch((thrown: unknown) => {
      throw keyProblem(thrown, address);
    });
  return {
    slots: () => guarded(() => viewSlots(ring, address)),
    requireOpen: () => guarded(() => requireOpen(ring)),
    add: (key) => guarded(() => addKey(ring, key, { random })),
    remove: (id) => guarded(() => removeKey(ring, id)),
    slotToReplace: (key, named) => guarded(() => slotToReplace(ring, address, key, named)),
    rotate: (key, old) =>
      guarded(async () => {
        const added = await addKey(ring, key, { random });
        // The new key alone has to open what stays.
        await removeKey({ backend, keys: [key] }, old.id);
        return added;
      }),
  };
}

/** The slot that is meant by its id or the beginning of it. */
export function findSlot(slots: readonly KeySlotView[], reference: string): KeySlotView {
  const fitting = reference === "" ? [] : slots.filter((it) => it.id.startsWith(reference));
  if (fitting.length === 1) return fitting[0]!;
  throw new ProblemError(slotMissing(reference, slots));
}

async function viewSlots(ring: KeyRing, address: RepositoryAddress): Promise<readonly KeySlotView[]> {
  const titles = address.keys.map((it) => (it.as === "key-file" ? `key file ${it.file}` : "password"));
  return (await listKeySlots(ring)).map((it) => ({
    ...it,
    opensWith: it.opensWith.map((at) => titles[at]!),
  }));
}

async function slotToReplace(
  ring: KeyRing,
  address: RepositoryAddress,
  key: RepositoryKey,
  named: string | undefined,
): Promise<KeySlotView> {
  const slots = await viewSlots(ring, address);
  const news = await listKeySlots({ ...ring, keys: [key] });
  const own = new Set(news.filter((it) => it.opensWith.length > 0).map((it) => it.id));
  const others = slots.filter((it) => !own.has(it.id));
  if (named !== undefined) return findSlot(others, named);
  const opened = others.filter((it) => it.opensWith.length > 0);
  if (opened.length === 1) return opened[0]!;
  throw new ProblemError(opened.length === 0 ? nothingToReplace : severalToReplace(opened));
}

/** What can go wrong with keys, as a problem; anything else as it came. */
export function keyProblem(thrown: unknown, address: RepositoryAddress): unknown {
  if (thrown instanceof NotARepository) return new ProblemError(repositoryAbsent(address), { cause: thrown });
  const problem = problemOfSlots(thrown, address);
  return problem ? new ProblemError(problem, { cause: thrown }) : asProblem(thrown, address);
}

function problemOfSlots(thrown: unknown, { name, location }: RepositoryAddress): Problem | undefined {
  const where = `repository ${name}`;
  if (thrown instanceof NotEncrypted)
    return error(
      "repository-not-encrypted",
      `The repository at ${titleOf(location)} is not encrypted, and has no keys.`,
      where,
      "Nothing opens it, because nothing is locked. For an encrypted one, name another folder and a key in the policy.",
    );
  if (thrown instanceof NothingToRead)
    return error(
      "key-not-provable",
      `The key opens the repository at ${titleOf(location)}, which has no snapshot yet: there is nothing to read with it.`,
      where,
      "Let the site make its first recovery point with `sitekeep apply`, then prove the key.",
    );
  if (thrown instanceof KeySlotMissing)
    return error(
      "key-slot-missing",
      thrown.message,
      where,
      "See which there are with `sitekeep repo keys list`.",
    );
  if (!(thrown instanceof KeySlotNeeded)) return undefined;
  return thrown.why === "last"
    ? error("key-slot-needed", lastSlot, where, "Add another key first: `sitekeep repo keys add`.")
    : error("key-slot-needed", noOtherKey, where, nameAnother);
}

const lastSlot =
  "This is the last slot: without it nobody could ever read the repository again. Nothing was removed.";
const noOtherKey =
  "None of the keys at hand opens a slot that stays, so nobody can tell whether one still opens. Nothing was removed.";
const nameAnother =
  "Name a key that stays in the policy's `keys:`, or with --key-file FILE beside --folder; or replace this one with `sitekeep repo keys rotate`.";

const nothingToReplace = error(
  "key-slot-missing",
  "The keys at hand open no slot but the new key's own: there is nothing to replace.",
  "slot",
  "See which slots there are with `sitekeep repo keys list`, and name one of them.",
);

function severalToReplace(slots: readonly KeySlotView[]): Problem {
  const hint = `Name the one to replace: ${slots.map((it) => it.id).join(", ")}.`;
  return error("key-slot-missing", "The keys at hand open several slots.", "slot", hint);
}

function slotMissing(reference: string, slots: readonly KeySlotView[]): Problem {
  const message = `No key slot, or more than one, is meant by ${reference === "" ? "an empty name" : reference}.`;
  const names = slots.map((it) => it.id).join(", ");
  return error("key-slot-missing", message, "slot", `Type an id or the beginning of one: ${names}.`);
}

function error(code: ProblemCode, message: string, where: string, hint: string): Problem {
  return { code, severity: "error", message, where, hint };
}

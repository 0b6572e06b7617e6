import type { Instant } from "../core/base/instant.ts";
import type { Backend } from "./backends/backend.ts";
import type { CopyableRepository } from "./copyable-repository.ts";
import { Crew } from "./crew/crew.ts";
import { BackendRepository } from "./backend-repository.ts";
import { saltBytes } from "./format/encoding/envelope.ts";
import { masterKeyBytes, type SlotLock } from "./format/key-slot.ts";
import { configCopyName, configName } from "./format/layout.ts";
import { encodeConfig } from "./format/repository-config.ts";
import { addKeySlot, openSlot } from "./keys/key-slots.ts";
import type { RepositoryKey } from "./keys/keys.ts";
import { readConfigIfAny } from "./objects/read-config.ts";
import type { Notes } from "./objects/notes.ts";
import { objectStore, type Random } from "./objects/object-store.ts";
import { NotARepository, RepositoryExists } from "./objects/repository-errors.ts";

/**
 * Small enough for a change to cost little, large enough for an index of 500 GB to fit in memory. The
 * smallest is half of the average: what is below it need not be searched for cuts, and from 16 KiB to 32 a
 * change costs one part in 40 more.
 */
const chunker = { minBytes: 32 * 1024, averageBytes: 64 * 1024, maxBytes: 256 * 1024 };

export type InitOptions = {
  readonly random: Random;
  /** For tests: the ordinary cost takes half a second a password. */
  readonly passwordCost?: SlotLock;
} & ({ readonly keys: readonly RepositoryKey[] } | { readonly unencrypted: true });

export interface OpenOptions {
  readonly keys: readonly RepositoryKey[];
  readonly random: Random;
  readonly now: () => Instant;
  /** A folder of this machine. Without one, size and time alone tell an unchanged file. */
  readonly cacheFolder?: string;
  /** What a reader could not write down is told here; absent: nobody is told. */
  readonly notes?: Notes;
  /** Worker threads for large work; as many as there are cores by default, 0 for none. */
  readonly threads?: number;
}

/**
 * Makes a new repository. It is encrypted, with one slot for each key, unless `unencrypted` is said outright.
 * `RepositoryExists` when there is one already.
 */
export async function initRepository(backend: Backend, options: InitOptions): Promise<void> {
  const { random } = options;
  if (await readConfigIfAny(backend)) throw new RepositoryExists(backend.title);
  const repository = random(16);
  const encrypted = "keys" in options;
  if (encrypted) {
    if (options.keys.length === 0) throw new Error("An encrypted repository needs a key.");
    const master = random(masterKeyBytes);
    for (const key of options.keys)
      await addKeySlot(backend, { repository, master, salt: random(saltBytes) }, key, options.passwordCost);
  }
  const config = encodeConfig({ repository, encrypted, chunker });
  // Last, and only if there is none: of two that init at once, one wins, and the other is told.
  if (!(await backend.putNew(configName, config))) throw new RepositoryExists(backend.title);
  await backend.put(configCopyName, config);
}

/**
 * Opens a repository. `NotARepository`, `RepositoryLocked` or `ObjectDamaged` say why it can't be.
 */
export async function openRepository(backend: Backend, options: OpenOptions): Promise<CopyableRepository> {
  const config = await readConfigIfAny(backend);
  if (!config) throw new NotARepository(backend.title);
  const { repository, encrypted } = config;
  const opened = encrypted ? await openSlot(backend, repository, options.keys) : undefined;
  const secret = opened ? { repository, master: opened.master } : { repository };
  return new BackendRepository({
    store: objectStore(backend, secret, options.random, options.notes),
    config,
    openedBy: opened?.id,
    crew: new Crew(options.threads),
    now: options.now,
    cacheFolder: options.cacheFolder,
  });
}

import type { Instant } from "../../core/base/instant.ts";
import { ProblemError } from "../../core/base/problem.ts";
import type { RepositoryAddress } from "../../core/model/policy/resolved-policy.ts";
import { Notes } from "../../store/objects/notes.ts";
import type { Repository } from "../../store/repository.ts";
import { makeRedactor, type Redactor } from "./redact.ts";
import { openRepositoryAt, repositoryAbsent, type Opened } from "./repositories.ts";
import type { World } from "./world.ts";

/** One run of the program: its world, what it must not print, and the repositories it has open. */
export interface Session {
  readonly world: World;
  readonly redactor: Redactor;
  /** What is written down if that can be done: leases, proofs and caches of a reader. */
  readonly notes: Notes;
  readonly signal: AbortSignal;
  now(): Instant;
  /** Opens a repository once and keeps it open; `create` makes it where the folder holds none yet. */
  repository(address: RepositoryAddress, options?: { readonly create: true }): Promise<Opened>;
  close(): Promise<void>;
}

/** Begins a session. Close it at the end: connections and worker threads keep a process alive. */
export function openSession(world: World, signal: AbortSignal, notes = new Notes()): Session {
  const redactor = makeRedactor();
  const open = new Map<string, Promise<Opened>>();
  const context = { world, redactor, notes };
  return {
    world,
    redactor,
    notes,
    signal,
    now: () => world.now(),
    repository(address, options) {
      const key = JSON.stringify(address);
      const create = options?.create === true;
      const openNow = () => openRepositoryAt(context, address, create);
      // Who asks while another one's opening goes on waits for that: what is opened twice is closed once.
      const before = open.get(key);
      const opening = before?.then((it) => (it.exists || !create ? it : openNow())) ?? openNow();
      open.set(key, opening);
      opening.catch(() => open.get(key) === opening && open.delete(key));
      return opening;
    },
    async close() {
      const settled = await Promise.allSettled(open.values());
      const repositories = settled.flatMap((it) =>
        it.status === "fulfilled" && it.value.exists ? [it.value.repository] : [],
      );
      await Promise.all(repositories.map((it: Repository) => it.close()));
    },
  };
}

/** Opens a repository that should be there. That there is none is a problem with its cure. */
export async function openExisting(session: Session, address: RepositoryAddress): Promise<Repository> {
  const opened = await session.repository(address);
  if (!opened.exists) throw new ProblemError(repositoryAbsent(address));
  return opened.repository;
}

import { type Crew, type Post, idlest } from "./crew.ts";
import type { Replies, Request, SessionSetting } from "../ingest/messages.ts";
import type { Random } from "../objects/object-store.ts";

/** Work below this is done on the calling thread: starting threads would take longer. */
const smallWorkBytes = 4 * 1024 * 1024;
const smallWorkFiles = 256;
const seedBytes = 32;

let sessions = 0;

/** What one writer or reader has asked of the crew, and how it gets rid of it. */
export class CrewSession {
  readonly #crew: Crew;
  readonly #setting: Omit<SessionSetting, "seed">;
  readonly #random: Random;
  readonly #session = sessions++;
  readonly #opened = new Map<Post, Promise<unknown>>();
  #bytes = 0;
  #files = 0;

  constructor(crew: Crew, setting: Omit<SessionSetting, "seed">, random: Random) {
    this.#crew = crew;
    this.#setting = setting;
    this.#random = random;
  }

  /** Takes note of work to come and gives the posts for it. */
  posts(work: { readonly bytes: number; readonly files: number }): readonly Post[] {
    this.#bytes += work.bytes;
    this.#files += work.files;
    const isSmall = this.#bytes <= smallWorkBytes && this.#files <= smallWorkFiles;
    return isSmall ? this.#crew.small() : this.#crew.large();
  }

  idlest(work: { readonly bytes: number; readonly files: number }): Post {
    return idlest(this.posts(work));
  }

  /** Every post that has worked for this session. */
  usedPosts(): readonly Post[] {
    return [...this.#opened.keys()];
  }

  async ask<Name extends Request["do"]>(
    post: Post,
    request: Request & { readonly do: Name },
    transfer?: readonly ArrayBuffer[],
  ): Promise<Replies[Name]> {
    await this.#open(post);
    return post.ask<Name>(this.#session, request, transfer);
  }

  /** Lets go of everything that posts hold for this session. */
  async close(): Promise<void> {
    const closing = this.usedPosts().map((post) => post.ask(this.#session, { do: "close" }));
    this.#opened.clear();
    await Promise.allSettled(closing);
  }

  #open(post: Post): Promise<unknown> {
    let opening = this.#opened.get(post);
    if (!opening) {
      const setting = { ...this.#setting, seed: this.#random(seedBytes) };
      opening = post.ask(this.#session, { do: "open", setting });
      this.#opened.set(post, opening);
    }
    return opening;
  }
}

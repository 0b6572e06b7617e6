import type { Post } from "./crew.ts";

/**
 * How much each post has in hand. Its queue alone does not tell: a post that holds hashed chunks waits for
 * word from the main thread, and will be busy again.
 */
export class PostLoads {
  readonly #loads = new Map<Post, number>();

  /** Gives work to the post with the least in hand, the first of equals. */
  async onLeast<Result>(
    posts: readonly Post[],
    weight: number,
    work: (post: Post) => Promise<Result>,
  ): Promise<Result> {
    const post = posts.reduce((best, it) => (this.#loadOf(it) < this.#loadOf(best) ? it : best));
    this.#loads.set(post, this.#loadOf(post) + weight);
    try {
      return await work(post);
    } finally {
      this.#loads.set(post, this.#loadOf(post) - weight);
    }
  }

  #loadOf(post: Post): number {
    return this.#loads.get(post) ?? 0;
  }
}

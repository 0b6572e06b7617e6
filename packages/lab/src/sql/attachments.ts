import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import type { AttachedDatabase } from "./change-tracking.ts";
import type { DatabaseState } from "./instance-state.ts";

/** SQLite attaches ten files at most; some room is left. */
const attachedMax = 9;

/** The one connection of an instance, to which database files are attached as they are needed. */
export class Attachments {
  readonly db = new DatabaseSync(":memory:");
  readonly #folder: string;
  /** Aliases in the order of their last use, the oldest first. */
  readonly #order = new Map<number, string>();

  constructor(folder: string) {
    this.#folder = folder;
    this.db.exec("PRAGMA busy_timeout = 3000; PRAGMA foreign_keys = OFF");
  }

  /** Makes a database usable under its alias. The name stays good until eight others have been asked for. */
  attach(database: DatabaseState): AttachedDatabase {
    const alias = `d${database.id}`;
    if (!this.#order.delete(database.id)) {
      if (this.#order.size >= attachedMax) this.detach([...this.#order.keys()][0]!);
      const file = join(this.#folder, database.localFile).replaceAll("'", "''");
      this.db.exec(`ATTACH '${file}' AS ${alias}; PRAGMA ${alias}.synchronous = OFF`);
    }
    this.#order.set(database.id, alias);
    return { db: this.db, alias };
  }

  /** Lets go of a file, so that it can be replaced or removed. */
  detach(id: number): void {
    const alias = this.#order.get(id);
    if (alias === undefined) return;
    this.db.exec(`DETACH ${alias}`);
    this.#order.delete(id);
  }

  close(): void {
    this.db.close();
  }
}

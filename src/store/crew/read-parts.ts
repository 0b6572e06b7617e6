import type { CrewSession } from "./crew-session.ts";
import type { LoadedIndex } from "../index/index-loader.ts";
import type { ObjectStore } from "../objects/object-store.ts";

/** What reading a snapshot needs. */
export interface ReadParts {
  readonly store: ObjectStore;
  readonly index: LoadedIndex;
  readonly session: CrewSession;
}

import { facts, listOf, text, whole } from "./codec.ts";
import { roomFacts } from "./room.ts";

/** What a look at a database beside the site's tells. `availabilityGroup`: its name, where it is in one. */
export const sqlDatabaseLook = facts(
  { dataBytes: whole },
  { state: text, recoveryModel: text, availabilityGroup: listOf(text), ...roomFacts },
);

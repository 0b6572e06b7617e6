import type { AskedFact } from "../../core/model/asked-fact.ts";
import type { ResolvedPolicy } from "../../core/model/policy/resolved-policy.ts";
import { askedBySql, outsideFacts } from "../../core/outside/catalogue.ts";
import { whyNotAsked } from "../../core/outside/not-asked.ts";
import { setFolder } from "../../core/outside/site/task-set.ts";
import { statEntry } from "../access/files/file-tree.ts";
import type { Means } from "../driver.ts";
import { askFiles } from "./ask-files.ts";
import { askRegistry } from "./ask-registry.ts";
import { placesOf, type SitePlaces } from "./site-places.ts";

/**
 * Asks for each fact of the register that no server is asked for: files and folders where they have to be,
 * what stands within them, the registry of this machine. Each is answered once, those that can't be asked for
 * with the reason. Changes nothing.
 */
export async function askSite(policy: ResolvedPolicy, means: Means): Promise<readonly AskedFact[]> {
  const places = await placesOf(policy, means);
  const asked = [
    ...(await askFiles(places)),
    ...(await askRegistry(`${policy.site.code}/registry`, means)),
    await askSetFolder(places),
  ];
  const answered = new Set([...askedBySql, ...asked.map(({ id }) => id)]);
  const rest = outsideFacts.filter(({ id }) => !answered.has(id));
  return [
    ...asked,
    ...rest.map(({ id, kind }): AskedFact => ({ id, found: "not-asked", note: whyNotAsked(kind) })),
  ];
}

/** The folder of the set has the site's code in its name. */
async function askSetFolder(places: SitePlaces): Promise<AskedFact> {
  const { id } = setFolder;
  const folders = places["the task's set"];
  if (folders.length === 0)
    return { id, found: "not-asked", note: "the policy does not name the task's destination" };
  const entries = await Promise.all(folders.map((it) => statEntry(it).catch(() => undefined)));
  return entries.some((it) => it?.type === "folder")
    ? { id, found: "confirmed" }
    : { id, found: "differs", note: "it is not in the task's destination" };
}

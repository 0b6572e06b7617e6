import { type Backend, ObjectMissing } from "../backends/backend.ts";
import { configCopyName, configName } from "../format/layout.ts";
import { decodeConfig, type RepositoryConfig } from "../format/repository-config.ts";
import { asDamage, readWhole } from "./object-store.ts";
import { ObjectDamaged } from "./repository-errors.ts";

/** The configuration, or its copy when it is damaged or gone; nothing when neither is there. */
export async function readConfigIfAny(backend: Backend): Promise<RepositoryConfig | undefined> {
  let damage: ObjectDamaged | undefined;
  for (const name of [configName, configCopyName]) {
    try {
      const object = await readWhole(backend, { type: "config", name });
      return asDamage(name, () => decodeConfig(object));
    } catch (thrown) {
      if (thrown instanceof ObjectDamaged) damage ??= thrown;
      else if (!(thrown instanceof ObjectMissing)) throw thrown;
    }
  }
  if (damage) throw damage;
  return undefined;
}

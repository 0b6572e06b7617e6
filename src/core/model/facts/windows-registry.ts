import { facts, mapOf, whole } from "./codec.ts";

/** How many keys a look at the registry found. */
export const windowsRegistryLook = facts({ keys: whole });

/** How much was exported of each key. */
export const windowsRegistryCapture = facts({ exported: mapOf(facts({ keys: whole, values: whole })) });

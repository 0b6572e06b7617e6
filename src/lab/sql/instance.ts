export { createInstance } from "./create-instance.ts";
export type { InstanceDefinition } from "./instance-definition.ts";

export { createInstance } from "./create-instance.ts";
export { startInstance } from "./start-instance.ts";
export type { InstanceDefinition } from "./instance-definition.ts";
export type { RunningInstance } from "./start-instance.ts";

import type { Machine } from "../../src/core/model/policy/machine.ts";
import { realWorld } from "../../src/cli/world/real-world.ts";
import type { World } from "../../src/engine/session/world.ts";

export const bareMachine: Machine = { identity: "cm01.test", allow: [], tools: {}, paths: {}, servers: {} };

/**
 * The real world with parts replaced: another clock, another machine file. Everything else is what users get.
 */
export function testWorld(parts: Partial<World> = {}): World {
  return { ...realWorld({ machine: parts.machine ?? bareMachine }), ...parts };
}

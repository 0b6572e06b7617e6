import type { World } from "./world.ts";

const machineLettersMax = 40;

/**
 * Names a process by its machine and its number: `cm01-contoso-com-4711`. Files that it leaves in a folder of
 * others carry the name, so that the next run knows whether they are anybody's.
 */
export function ownerOf({ machine, processId }: Pick<World, "machine" | "processId">): string {
  const name = machine.identity.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return `${name.slice(0, machineLettersMax)}-${processId}`;
}

/**
 * Whether an owner is a process of this machine that runs no more. A number may be another process's by now.
 */
export function isGone(world: World, owner: string): boolean {
  const number = /-(\d+)$/.exec(owner)?.[1];
  if (number === undefined || owner !== ownerOf({ ...world, processId: Number(number) })) return false;
  return !world.isProcessRunning(Number(number));
}

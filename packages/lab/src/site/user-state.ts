import { onHost, writeDated } from "../lab-folder.ts";
import { chanceFrom } from "../seeded-chance.ts";
import type { LabSize } from "../hierarchy.ts";
import { dayMs } from "../windows-formats.ts";

/** The folders of the state migration point, as its properties in the site database name them. */
const stateFolders = [
  { path: "D:\\USMT1", share: "SMPSTOREE_4F2A91C7$" },
  { path: "D:\\USMT2", share: "SMPSTOREE_B83D06E5$" },
] as const;

/** The values of the role's list `Directories`: path, clients, and the least free space in percent. */
export const stateDirectories = stateFolders.map(
  ({ path }) => `Directory=${path};MaxClients=100;MinDiskSpace=10;MinDiskSpaceUnit=3;`,
);

/** One computer's state on the state migration point. */
export interface UserState {
  readonly folder: string;
  /** The folder as the site calls it, by the share of the point. */
  readonly sharePath: string;
  readonly bytes: number;
  readonly createdMs: number;
}

/** The states that computers have left on the point, the newest first. */
export function userStates(size: LabSize, nowMs: number): readonly UserState[] {
  const chance = chanceFrom("user states");
  return stateFolders.flatMap(({ path, share }, folder) =>
    [0, 1, 2].map((store) => {
      const name = chance.hex(64);
      return {
        folder: `${path}\\${share}\\${name}`,
        sharePath: `\\\\smp01.lab\\${share}\\${name}`,
        bytes: Math.floor(size.userFileBytes / 3) + chance.below(9000),
        createdMs: nowMs - (folder * 3 + store + 1) * dayMs,
      };
    }),
  );
}

/** Puts captured user states into both folders, named as the state migration point names them. */
export function createUserStates(lab: string, size: LabSize, nowMs: number): void {
  const chance = chanceFrom("content of user states");
  const header = Buffer.from("PSTGIMW\u0000", "latin1");
  for (const { folder, bytes, createdMs } of userStates(size, nowMs)) {
    writeDated({
      path: onHost(lab, "smp01.lab", `${folder}\\USMT\\USMT.MIG`),
      bytes: Buffer.concat([header, chance.bytes(bytes - header.length)]),
      modifiedMs: createdMs,
    });
  }
}

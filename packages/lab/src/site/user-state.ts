import { onHost, writeDated } from "../lab-folder.ts";
import { chanceFrom } from "../seeded-chance.ts";
import type { LabSize } from "../hierarchy.ts";
import { dayMs } from "../windows-formats.ts";

/** The folders of the state migration point, as its properties in the site database name them. */
const stateFolders = [
  { path: "D:\\USMT1", share: "SMPSTOREE_4F2A91C7$" },
  { path: "D:\\USMT2", share: "SMPSTOREE_B83D06E5$" },
] as const;

/** Where `v_SiteSystem` and the answer of `Directories` lead: path, clients, minimum free space, its unit. */
export const stateDirectories = stateFolders.map(({ path }) => `path=${path};clients=100;free=10;unit=3`);

/** Puts captured user states into both folders, named as the state migration point names them. */
export function createUserStates(lab: string, size: LabSize, nowMs: number): void {
  const chance = chanceFrom("user state");
  for (const [folder, { path, share }] of stateFolders.entries()) {
    for (let store = 0; store < 3; store++) {
      const file = `${path}\\${share}\\${chance.hex(64)}\\USMT\\USMT.MIG`;
      const header = Buffer.from("PSTGIMW\u0000", "latin1");
      writeDated({
        path: onHost(lab, "smp01.lab", file),
        bytes: Buffer.concat([header, chance.bytes(Math.floor(size.userFileBytes / 3) + chance.below(9000))]),
        modifiedMs: nowMs - (folder * 3 + store + 1) * dayMs,
      });
    }
  }
}

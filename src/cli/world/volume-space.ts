import { statfs } from "node:fs/promises";
import type { VolumeSpace } from "../../drivers/driver.ts";

/**
 * Asks the system how much of a volume is free for this account; a share answers for the volume behind it.
 * Versions of Node before libuv 1.52 count no more than 2^32 blocks on Windows, which tells too little of a
 * very large volume and never too much (nodejs/node#60998).
 */
export async function volumeSpaceOf(folder: string): Promise<VolumeSpace> {
  const found = await statfs(folder);
  // Blocks are counted in the unit of the file system, where Node tells it, and not in that of transfers.
  const unit = "frsize" in found && typeof found.frsize === "number" ? found.frsize : found.bsize;
  return { freeBytes: found.bavail * unit, totalBytes: found.blocks * unit };
}

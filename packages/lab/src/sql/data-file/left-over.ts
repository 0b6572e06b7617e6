import type { Chance } from "../../seeded-chance.ts";
import { bodyBytes } from "../database-file.ts";
import { writePageImage } from "../backup/page-image.ts";

/**
 * What lies in a page that is not in use: zeros, bytes of another program's deleted file (instant file
 * initialization clears nothing), a page of another database, or a former page that was half written over.
 */
export function writeLeftOver(target: Buffer, pageId: number, chance: Chance): void {
  const kind = chance.pick(["zeros", "foreign bytes", "foreign page", "torn page"] as const);
  target.fill(0);
  if (kind === "zeros") return;
  if (kind === "foreign bytes") {
    chance.bytes(target.length).copy(target);
    return;
  }
  const body = chance.bytes(bodyBytes);
  if (kind === "foreign page") {
    writePageImage(target, chance.below(1_000_000), body, { fileId: 3 });
    return;
  }
  writePageImage(target, pageId, body);
  target.fill(0, target.length / 2);
}

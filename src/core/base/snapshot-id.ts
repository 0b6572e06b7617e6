import { toBase32 } from "./bytes.ts";
import type { Instant } from "./instant.ts";

const digits = "234567abcdefghijklmnopqrstuvwxyz";
const timeDigits = 9;

/**
 * Makes a snapshot id: UTC milliseconds as nine base-32 digits whose order is the order of time, then 80
 * random bits as sixteen.
 */
export function makeSnapshotId(now: Instant, random: Uint8Array): string {
  let text = "";
  let rest = now;
  for (let place = 0; place < timeDigits; place += 1) {
    text = digits[rest % 32]! + text;
    rest = Math.floor(rest / 32);
  }
  return text + toBase32(random);
}

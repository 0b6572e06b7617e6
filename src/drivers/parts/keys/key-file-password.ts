import { pbkdf2 } from "node:crypto";
import { promisify } from "node:util";

/**
 * The password of one exported key file, made from the policy's password and a salt of its own.
 *
 * rskeymgmt takes its password as an argument and in no other way, and process arguments are seen by
 * administrators and kept by auditing (event 4688, Sysmon). So the policy's password is never given to it.
 * What is seen opens this one file, and leads back to the policy's password only by guessing at 600,000
 * rounds a guess.
 *
 * PBKDF2 with SHA-256 and 24 bytes, in base64url: docs/permissions.md shows the same in PowerShell.
 */
export async function keyFilePassword(policyPassword: string, salt: string): Promise<string> {
  const key = await promisify(pbkdf2)(policyPassword, `sitekeep ${salt}`, 600_000, 24, "sha256");
  // A letter first: the tool could take a hyphen for an option.
  return `k${key.toString("base64url")}`;
}

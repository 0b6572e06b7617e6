import type { Means } from "../../driver.ts";
import { keyFilePassword } from "./key-file-password.ts";

/** The password of one export, and what is kept of it beside the exported key. */
export interface ExportPassword {
  readonly password: string;
  readonly kept: {
    /** `password`: the password itself. `salt`: what it is made from, together with the policy's password. */
    readonly ending: "password" | "salt";
    readonly text: string;
  };
}

/**
 * A password for one export and for nothing else. Without a password in the policy it is made by chance and
 * kept in the snapshot, which is sealed. With one it is made from that and a salt, and the salt is kept: then
 * who reads the repository has the exported file and not what opens it.
 */
export async function exportPassword(
  means: Pick<Means, "nonce" | "conceal">,
  policyPassword: string | undefined,
): Promise<ExportPassword> {
  const chance = [means.nonce(), means.nonce(), means.nonce()].join("");
  if (policyPassword === undefined) {
    const password = `${strong}${chance}`;
    means.conceal(password);
    return { password, kept: { ending: "password", text: password } };
  }
  const password = `${strong}${await keyFilePassword(policyPassword, chance)}`;
  means.conceal(password);
  return { password, kept: { ending: "salt", text: chance } };
}

/** Windows asks for three sorts of characters (a policy that SQL Server holds such passwords to). */
const strong = "K1-";

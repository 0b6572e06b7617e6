import { execFileSync } from "node:child_process";
import { createPrivateKey, type KeyObject } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "./temporary-folder.ts";

/** The key in a file of the form PVK, as SQL Server exports one, opened by OpenSSL's own reader of it. */
export function openPvk(bytes: Uint8Array, password: string): KeyObject {
  const file = join(temporaryFolder(), "key.pvk");
  writeFileSync(file, bytes);
  const how = ["-provider", "legacy", "-provider", "default", "-passin", `pass:${password}`];
  return createPrivateKey(
    execFileSync("openssl", ["rsa", "-inform", "PVK", "-in", file, ...how], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }),
  );
}

import type { Response } from "./response.ts";
import type { ServerMessage, TdsHost } from "./session.ts";
import { change, writeCollationChange, writeLoginAcknowledgement, writeTextChange } from "./tokens.ts";

/** Accepts a login, in the order that every client tried accepts. */
export async function writeLoginSuccess(
  response: Response,
  login: { readonly host: TdsHost; readonly database: string; readonly packetBytes: number },
): Promise<void> {
  response.databaseChanged("master", login.database);
  writeCollationChange(response.out);
  writeTextChange(response.out, change.language, "us_english", "");
  response.message({ number: 5703, state: 1, class: 0, text: "Changed language setting to us_english." });
  writeLoginAcknowledgement(response.out, login.host.version);
  writeTextChange(response.out, change.packetSize, String(login.packetBytes), "4096");
  await response.finish();
}

/** Refuses a login; the caller then closes the connection. */
export async function writeLoginRefusal(
  response: Response,
  reasons: readonly ServerMessage[],
): Promise<void> {
  for (const reason of reasons) response.message(reason);
  await response.finish();
}

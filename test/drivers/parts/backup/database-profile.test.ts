import { describe, expect, test } from "vitest";
import { databaseProfile } from "../../../../src/core/model/facts/database-profile.ts";
import { readProfile } from "../../../../src/drivers/parts/backup/database-profile.ts";
import { address } from "../../../support/build-site.ts";
import {
  type Answers,
  instanceRow,
  madeUpServer,
  refusal,
  settingsRow,
  soundAnswers,
  soundProfile,
} from "../../../support/made-up-server.ts";

describe("the profile of a database", () => {
  test("is read from the database's row, the instance and its options", async () => {
    expect(await profile()).toEqual(soundProfile);
  });

  test.each<[string, Answers, object]>([
    ["sa, as sqlcmd has it", { settings: [{ ...settingsRow, owner_sid: "0x01" }] }, { owner: "sa" }],
    [
      "another owner",
      { settings: [{ ...settingsRow, owner_sid: new Uint8Array([1, 5, 0xab]) }] },
      { owner: "the login 0x0105AB" },
    ],
    [
      "a server without an update",
      { instance: [{ ...instanceRow, update_level: null }] },
      { engineLevel: "RTM" },
    ],
    [
      "settings that are off, as text",
      { settings: [{ ...settingsRow, trustworthy: "0", broker: "0", broker_priority: "0" }] },
      { trustworthy: false, broker: false, brokerPriority: false },
    ],
  ])("tells of %s", async (_, answers, told) => {
    expect(await profile(answers)).toEqual({ ...soundProfile, ...told });
  });

  test("says of each member why it is not known, and the others stay known", async () => {
    const seen = await profile({
      settings: refusal([229, "The SELECT permission was denied."]),
      options: [{ option_name: "clr enabled", option_value: 0 }],
    });
    const refused = { unknown: expect.objectContaining({ code: "sql-permission" }) };
    expect(seen).toMatchObject({
      edition: soundProfile.edition,
      trustworthy: refused,
      owner: refused,
      clrEnabled: false,
      maxTextReplSize: { unknown: { code: "fact-not-understood", where: "max text repl size (B)" } },
    });
  });

  test("is read again from what was written, and is unknown where it is not understood", async () => {
    const written = await profile({ settings: refusal([229, "No."]) });
    const read = databaseProfile.read(written)!;
    expect(read.edition).toEqual({ is: "known", value: soundProfile.edition });
    expect(read.owner).toMatchObject({
      is: "unknown",
      why: { code: "sql-permission", message: expect.stringContaining("No.") },
    });
    expect(databaseProfile.read({ edition: 5 })!.edition).toMatchObject({
      is: "unknown",
      why: { code: "fact-not-understood" },
    });
    expect(databaseProfile.read("SIMPLE")).toBeUndefined();
  });
});

async function profile(answers: Answers = {}) {
  const sql = madeUpServer({ ...soundAnswers((path) => path), ...answers });
  const task = { database: address, where: "PS1/database" };
  return databaseProfile.write(
    await readProfile(sql, { task, values: { siteCode: "PS1", database: address.name } }),
  );
}

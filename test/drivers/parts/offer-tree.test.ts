import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { offerTree } from "../../../src/drivers/parts/offer-tree.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

test("an offer that is refused while an entry is still looked at ends the walk, and is heard", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "a"), "x");
  const request = {
    folder,
    shown: folder,
    prefix: "",
    what: "A folder",
    where: "PS1/a",
    look: () => sleep(30),
  };
  const sink = { offer: () => Promise.reject(new Error("the capture is lost")) };
  // A rejection that nobody hears in time ends the program, and this run.
  await expect(offerTree(request, sink, new AbortController().signal)).rejects.toThrow("the capture is lost");
});

test("of many entries that were left out fifty are told one by one, and the rest are counted", async () => {
  const folder = temporaryFolder();
  for (let link = 0; link < 53; link++) symlinkSync("nowhere", join(folder, `link${link}`));
  const request = { folder, shown: "D:\\files", prefix: "", what: "A folder", where: "PS1/files" };
  const sink = { offer: async () => {} };
  const { problems } = await offerTree(request, sink, new AbortController().signal);
  expect(problems).toHaveLength(51);
  expect(new Set(problems.map((it) => it.code))).toEqual(new Set(["link-not-followed"]));
  expect(problems.at(-1)!.message).toBe("3 more entries below D:\\files were left out.");
});

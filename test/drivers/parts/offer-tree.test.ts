import { writeFileSync } from "node:fs";
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

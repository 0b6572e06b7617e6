import { cpSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runProgram } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { documentIn, hasTerminal, typeInto } from "../support/terminal.ts";

test.skipIf(!hasTerminal)("with --json a no ends in a document, and the hold stays", async () => {
  const root = temporaryFolder();
  const folder = join(root, "repository");
  cpSync("test/golden/repository-v1/plain", folder, { recursive: true });
  const cache = { XDG_CACHE_HOME: join(root, "cache"), LOCALAPPDATA: join(root, "cache") };
  const place = ["--folder", folder, "--json"];
  const hold = ["snapshots", "hold", "golden-1", "--because", "an audit", ...place];
  expect((await runProgram(hold, cache)).code).toBe(0);
  const released = await typeInto(["snapshots", "release", "golden-1", ...place], { "[y/N]": "n" }, cache);
  expect(documentIn(released)).toMatchObject({
    apiVersion: "sitekeep/released/v1",
    holds: [{ note: "an audit" }],
    releases: [],
    result: "cancelled",
  });
  const { out } = await runProgram(["snapshots", "list", ...place], cache);
  expect(JSON.parse(out)).toMatchObject({ holds: [{ note: "an audit" }] });
});

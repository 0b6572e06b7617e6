import { realpathSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ownPlaces } from "../../../src/engine/session/own-places.ts";
import { database, policyOf } from "../../support/build-site.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { bareMachine, testWorld } from "../../support/test-world.ts";

test("repositories, keys, files of secrets and what the machine keeps are the program's own, by their real places", async () => {
  const folder = realpathSync(temporaryFolder());
  symlinkSync(folder, join(folder, "link"));
  const place = (name: string, path: string) => ({
    name,
    location: { folder: path },
    keys: [
      { as: "key-file", file: `/keys/${name}.key` },
      { as: "password", password: { file: `/secrets/${name}` } },
    ] as const,
    encrypt: true,
  });
  const copies = [{ repository: place("copy", join(folder, "link")) }];
  const policy = policyOf({
    repository: { ...place("main", "\\\\backup01\\repo$\\main"), copies },
    sources: [
      {
        ...database,
        database: {
          ...database.database,
          auth: { as: "login", user: "sa", password: { file: "/secrets/sa" } },
        },
      },
    ],
  });
  const machine = { ...bareMachine, paths: { "\\\\backup01\\repo$": "/mnt/repo" } };
  const places = await ownPlaces(testWorld({ machine, cacheFolder: "/var/cache/sitekeep" }), policy);
  expect(places.toSorted()).toEqual(
    [
      folder,
      "/keys/copy.key",
      "/keys/main.key",
      "/mnt/repo/main",
      "/secrets/copy",
      "/secrets/main",
      "/secrets/sa",
      "/var/cache/sitekeep",
    ].toSorted(),
  );
});

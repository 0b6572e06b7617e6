import { expect, test } from "vitest";
import type { Hold } from "../../../src/core/model/repository/hold.ts";
import { readHoldFacts } from "../../../src/engine/look/hold-facts.ts";
import type { Repository } from "../../../src/store/repository.ts";
import { noon } from "../../support/build-site.ts";

const own: Hold = { id: "1", site: "PS1", at: noon, by: "cm01", note: "audit", snapshots: ["s1"] };
const other: Hold = { ...own, id: "2", site: "CAS" };

test.each<[string, readonly Hold[], readonly string[], object]>([
  ["nothing", [], [], {}],
  ["another site's hold", [other], [], {}],
  ["a hold of the site", [own, other], [], { holds: { living: [own], unreadable: [] } }],
  ["what may be one", [other], ["holds/9"], { holds: { living: [], unreadable: ["holds/9"] } }],
  ["both", [own], ["holds/9"], { holds: { living: [own], unreadable: ["holds/9"] } }],
])("of a repository with %s a site is told what may hold its points", async (_, living, unreadable, told) => {
  const repository = { holds: async () => ({ living, released: [], unreadable }) } as unknown as Repository;
  expect(await readHoldFacts(repository, "PS1", "listed")).toEqual(told);
});

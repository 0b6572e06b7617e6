import { expect, test } from "vitest";
import { observe } from "../../../src/engine/look/observe.ts";
import { openCopies } from "../../../src/engine/look/copy-observe.ts";
import { day } from "../../../src/core/base/instant.ts";
import { engineSite } from "../../support/engine-site.ts";

const place = (name: string) =>
  ({ name, location: { folder: `/${name}` }, keys: [], encrypt: false }) as const;
const copied = (...names: readonly string[]) => ({
  policy: { repository: { ...place("main"), copies: names.map((name) => ({ repository: place(name) })) } },
});

test("a repository of copies that is not there yet is an empty one; after a run it holds the point", async () => {
  const site = engineSite(copied("offsite"));
  const look = () => site.inSession((session) => observe(session, site.policy));
  expect((await look()).copies).toEqual([{ repository: "offsite", snapshots: [] }]);
  expect(await site.run()).toEqual([
    "capture PS1/files: done",
    "copy the point of 2026-11-22 01:30Z of PS1 to offsite: done",
  ]);
  const { copies, snapshots } = await look();
  expect(copies).toMatchObject([{ repository: "offsite", snapshots: [{ id: snapshots[0]!.id }] }]);
});

test("a policy without copies has none to look at", async () => {
  const site = engineSite({});
  expect(await site.inSession((session) => observe(session, site.policy))).not.toHaveProperty("copies");
});

test("one repository of copies that can't be used is told, and stops nothing else", async () => {
  const site = engineSite(copied("offsite", "vault"));
  await site.run();
  const { openBackend } = site.world;
  const broken = engineSite({
    ...copied("offsite", "vault"),
    world: {
      openBackend(location) {
        if (JSON.stringify(location).includes("vault")) throw new Error("no share");
        return openBackend(location);
      },
    },
  });
  const { copies } = await broken.inSession((session) => observe(session, broken.policy));
  const problem = {
    code: "internal-fault",
    severity: "error",
    message: "Something unforeseen happened: no share",
    where: "repository vault",
    hint: expect.any(String) as string,
  };
  expect(copies).toEqual([
    { repository: "offsite", snapshots: [expect.objectContaining({ source: "files" })] },
    { repository: "vault", snapshots: [], problem },
  ]);
  const found = await broken.inSession((session) => openCopies(session, [broken.policy, broken.policy]));
  expect(found.opened.map((it) => it.name)).toEqual(["offsite"]);
  expect(found.problems).toEqual([problem]);
  broken.pass(day);
  expect((await broken.run()).map((line) => line.replace(/^.* to /, "copy to "))).toContain(
    "copy to offsite: done",
  );
});

test("of repositories of copies only those that are there are opened", async () => {
  const site = engineSite(copied("offsite"));
  const open = () => site.inSession((session) => openCopies(session, [site.policy]));
  expect(await open()).toEqual({ opened: [], problems: [] });
  await site.run();
  expect(await open()).toMatchObject({ opened: [{ name: "offsite", repository: {} }], problems: [] });
});

test("snapshots of another site in the repository of copies are none of this one's", async () => {
  const site = engineSite(copied("offsite"));
  await site.run();
  const other = { ...site.policy, site: { ...site.policy.site, code: "PS2" } };
  const { copies } = await site.inSession((session) => observe(session, other));
  expect(copies).toEqual([{ repository: "offsite", snapshots: [] }]);
});

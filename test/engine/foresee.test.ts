import { expect, test } from "vitest";
import { day } from "../../src/core/base/instant.ts";
import { foreseeUnheld } from "../../src/engine/foresee.ts";
import { findPoint } from "../../src/engine/repository/find-point.ts";
import { holdPoint } from "../../src/engine/repository/hold-point.ts";
import { openExisting } from "../../src/engine/session/session.ts";
import { engineSite } from "../support/engine-site.ts";

const place = (name: string) =>
  ({ name, location: { folder: `/${name}` }, keys: [], encrypt: false }) as const;
const [main, offsite, vault] = [place("main"), place("offsite"), place("vault")];

test.each([["main"], ["offsite"]])(
  "a held point of %s is foreseen as if nobody held it, and as if others still were held",
  async (name) => {
    const { site, newest, foresee, hold } = await twoPoints();
    const free = await foresee(name, newest);
    expect(free).toBeDefined();
    await hold(name, newest);
    await hold(name, newest);
    expect(await foresee(name, newest)).toEqual(free);
    const oldest = (await site.snapshots(name))[0]!.id;
    const unheld = await foresee(name, oldest);
    await hold(name, oldest);
    expect(await foresee(name, oldest)).toEqual(unheld);
    expect(await foresee(name, newest)).toEqual(free);
  },
);

test("nothing is foreseen where no policy keeps the point, or what lies there can't be seen", async () => {
  const { newest, foresee } = await twoPoints();
  expect(await foresee("main", newest, { code: "PS2" })).toBeUndefined();
  expect(await foresee("vault", newest)).toBeUndefined();
  for (const name of ["main", "offsite"]) {
    const away = await twoPoints();
    away.lose(name);
    expect(await away.foresee(name, away.newest)).toBeUndefined();
  }
});

/** A site with two points, both copied; a policy keeps one. */
async function twoPoints() {
  const policy = {
    repository: { ...main, copies: [{ repository: offsite, retention: { last: 3 } }] },
    retention: { last: 2 },
    brakes: { minPoints: 1, maxForgetPerMille: 1000 },
  };
  const lost = new Set<string>();
  const site = engineSite({ policy });
  await site.run();
  site.pass(day);
  await site.run();
  const snapshots = await site.snapshots();
  const { openBackend } = site.world;
  const world = {
    ...site.world,
    openBackend(location: { readonly folder: string }) {
      if (lost.has(location.folder)) throw new Error("no share");
      return openBackend(location);
    },
  };
  const looking = engineSite({ policy, world });
  const address = (name: string) => [main, offsite, vault].find((it) => it.name === name)!;
  return {
    site,
    newest: snapshots.at(-1)!.id,
    lose: (name: string) => void lost.add(`/${name}`),
    foresee: (name: string, id: string, { code = "PS1" } = {}) =>
      looking.inSession((session) => {
        const { policy: of } = looking;
        const policies = [{ ...of, site: { ...of.site, code } }];
        const point = findPoint(snapshots, id);
        return foreseeUnheld(session, policies, { address: address(name), point });
      }),
    hold: (name: string, id: string) =>
      looking.inSession(async (session) => {
        const repository = await openExisting(session, address(name));
        const point = findPoint((await repository.snapshots()).snapshots, id);
        return holdPoint(session, repository, { point, note: "audit" });
      }),
  };
}

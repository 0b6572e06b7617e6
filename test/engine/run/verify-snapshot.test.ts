import { expect, test } from "vitest";
import { day } from "../../../src/core/base/instant.ts";
import type { Snapshot } from "../../../src/core/model/repository/snapshot.ts";
import { snapshotsToVerify, verifySnapshot } from "../../../src/engine/run/verify-snapshot.ts";
import type { Progress } from "../../../src/store/repository.ts";
import { noon, passed, snapshotOf } from "../../support/build-site.ts";
import { engineSite, files } from "../../support/engine-site.ts";

const scripts = { ...files, name: "scripts" };

test("the newest of each site's sources is verified, and a differential beside its full, the least recently read first", () => {
  const readAt = (at: number) => ({ proofs: [passed(at)] });
  const old = snapshotOf(files, noon - 2 * day, readAt(noon - 9 * day));
  const full = snapshotOf(files, noon - day, readAt(noon - 3 * day));
  const increment = snapshotOf(files, noon, { mode: "differential", base: full.id, ...readAt(noon) });
  const written = { level: "written", result: "passed", at: noon, note: "" } as const;
  const unread = snapshotOf(scripts, noon, { proofs: [written] });
  const other = snapshotOf(files, noon, { site: "PS2", proofs: [...readAt(noon - day).proofs, written] });
  const all = [old, full, increment, unread, other];
  const chosen = (site?: string): readonly Snapshot[] => snapshotsToVerify(all, site);
  expect(chosen()).toEqual([unread, full, other, increment]);
  expect(chosen("PS1")).toEqual([unread, full, increment]);
  expect(chosen("PS2")).toEqual([other]);
  expect(chosen("PS3")).toEqual([]);
});

test.each([
  [1_000, "passed"],
  [999, "not-proven"],
] as const)(
  "of a snapshot without damage %i in a thousand read are a proof that is %s",
  async (perMille, result) => {
    const site = engineSite({ does: { files: { files: { "a.txt": "hello" } } } });
    await site.run();
    const [snapshot] = await site.snapshots();
    const told: Progress[] = [];
    const order = { snapshot: snapshot!, perMille, onProgress: (it: Progress) => void told.push(it) };
    const verified = await site.inSession(async (session) => {
      const opened = await session.repository(site.policy.repository);
      if (!opened.exists) throw new Error("It is not there.");
      return verifySnapshot(session, opened.repository, order);
    });
    const note = expect.stringMatching(/^\d+ objects read, \d+ B$/);
    const proof = { level: "read", result, at: noon, note } as const;
    expect(verified).toEqual({ snapshot, proof });
    expect(told.length).toBeGreaterThan(0);
    const [filed] = await site.snapshots();
    expect(filed!.proofs).toEqual([...snapshot!.proofs, proof]);
  },
);

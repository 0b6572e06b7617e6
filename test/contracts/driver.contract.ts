import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { canonicalJson } from "../../src/core/base/json.ts";
import { ProblemError } from "../../src/core/base/problem.ts";
import { problemCodes } from "../../src/core/base/problem-codes.ts";
import type { Site } from "../../src/core/model/policy/resolved-policy.ts";
import type { SourceKind, SourceOf } from "../../src/core/model/policy/source.ts";
import type { Captured } from "../../src/drivers/driver.ts";
import { driverOf } from "../../src/drivers/drivers.ts";
import { type CollectingSink, collectingSink } from "../support/collecting-sink.ts";
import { digestFolder, listFolder } from "../support/digest-folder.ts";
import { type LabMeans, labMeans } from "../support/lab-means.ts";

/** What the contract must know of one kind, on a machine that is there. Called anew for each test. */
export interface DriverCase<Kind extends SourceKind> {
  readonly lab: string;
  readonly site: Site;
  readonly source: SourceOf<Kind>;
  /** Codes of what a capture tells where all is as it is here. Absent: nothing. */
  readonly told?: readonly string[];
  /** The digests that a capture must give back, by path; taken from the source by other means. */
  expected?(): Readonly<Record<string, string>>;
  /** Names in the snapshot that the driver makes itself and `expected` does not know. */
  readonly made?: RegExp;
  /** The same source with something that isn't there. */
  readonly absent: SourceOf<Kind>;
  /** Folders that must be as before once a capture has cleaned up. */
  readonly untouched: readonly string[];
  /** Texts that may be nowhere in what a driver says or starts. */
  readonly secrets?: readonly string[];
}

/** What every driver promises, whatever its kind. */
export function driverContract<Kind extends SourceKind>(kind: Kind, open: () => DriverCase<Kind>): void {
  describe(`the driver of ${kind}`, () => {
    let folder: string;
    let given: DriverCase<Kind>;
    let means: LabMeans;
    const driver = driverOf(kind);
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "captured-"));
      given = open();
      means = labMeans(given.lab);
    });
    afterEach(() => {
      for (const path of [folder, ...means.temporary]) rmSync(path, { recursive: true, force: true });
    });
    const look = (source = given.source) => driver.observe({ source, site: given.site }, means);
    const capture = (sink: CollectingSink, source = given.source): Promise<Captured> =>
      driver.capture({ source, site: given.site, mode: "full" }, means, sink);

    test("answers with facts that are plain JSON, and changes nothing", async () => {
      const before = given.untouched.map(listFolder);
      const seen = await look();
      expect(seen).toMatchObject({ answers: true });
      if (seen.answers) expect(() => canonicalJson(seen.facts)).not.toThrow();
      expect(given.untouched.map(listFolder)).toEqual(before);
    });

    test("offers its whole content once, tells no secret, and leaves nothing behind", async () => {
      const expected = given.expected?.();
      const before = given.untouched.map(listFolder);
      const sink = collectingSink(folder);
      const captured = await capture(sink);
      expect(await captured.cleanUp?.()).toEqual(captured.cleanUp ? [] : undefined);
      expect(given.untouched.map(listFolder)).toEqual(before);
      expect(sink.files().length).toBeGreaterThan(0);
      const made = given.made;
      const copied = Object.entries(digestFolder(folder)).filter(([path]) => !made?.test(path));
      if (expected) expect(Object.fromEntries(copied)).toEqual(expected);
      expect(captured.mode).toBe("full");
      expect(captured.problems.map(({ code }) => code)).toEqual(given.told ?? []);
      expect(captured.asOf).toBeLessThanOrEqual(Date.now());
      expect(() => canonicalJson(captured.facts)).not.toThrow();
      const said = JSON.stringify([captured.facts, captured.problems, means.commands, means.progress]);
      for (const secret of given.secrets ?? []) expect(said).not.toContain(secret);
    });

    test("says what is missing, and how to cure it, when its source is not there", async () => {
      const seen = await look(given.absent);
      const found = seen.answers ? seen.risks[0] : seen.problem;
      expect(found).toMatchObject({ where: `${given.site.code}/${given.source.name}` });
      expect(problemCodes).toContain(found!.code);
      expect(found!.hint.length).toBeGreaterThan(10);
    });

    test("refuses to call an absent source captured, and leaves nothing behind", async () => {
      const before = given.untouched.map(listFolder);
      const failure = await capture(collectingSink(folder), given.absent).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(ProblemError);
      expect((failure as ProblemError).problem).toMatchObject({ severity: "error" });
      expect(given.untouched.map(listFolder)).toEqual(before);
    });

    test("stops when it is told to, and leaves nothing behind", async () => {
      const before = given.untouched.map(listFolder);
      const stop = new AbortController();
      means = labMeans(given.lab, { signal: stop.signal });
      stop.abort();
      const failure = await capture(collectingSink(folder)).catch((error: unknown) => error);
      expect(failure).toMatchObject({ name: "AbortError" });
      expect(given.untouched.map(listFolder)).toEqual(before);
    });

    test("passes on a receiver's failure as it came, and leaves nothing behind", async () => {
      const before = given.untouched.map(listFolder);
      const lost = Object.assign(new Error("the repository is gone"), { code: "ENOENT", syscall: "open" });
      const sink = { ...collectingSink(folder), offer: () => Promise.reject(lost) };
      await expect(capture(sink)).rejects.toBe(lost);
      expect(given.untouched.map(listFolder)).toEqual(before);
    });
  });
}

import { globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { absent, known, unknown } from "../../../../src/core/base/fact.ts";
import type { Json, JsonObject } from "../../../../src/core/base/json.ts";
import {
  digits,
  facts,
  flag,
  instant,
  listOf,
  mapOf,
  moment,
  text,
  whole,
} from "../../../../src/core/model/facts/codec.ts";
import { keyName, keyTitle } from "../../../../src/core/model/facts/key-fact.ts";
import { mediaVersion } from "../../../../src/core/model/facts/media-fact.ts";
import { readLastLog } from "../../../../src/core/model/facts/site-database.ts";

const strange: readonly Json[] = [null, true, 0, 0.5, -1, "", " ", "x", [], [null], [["x"]], {}, { x: null }];
const noon = Date.parse("2026-11-22T12:00:00Z");

test("what was written is read again", () => {
  const codec = facts(
    { name: text, size: whole, at: moment, since: instant },
    { isOn: flag, parts: listOf(text), states: mapOf(text) },
  );
  const all = {
    name: "CM_PS1",
    size: -1,
    at: noon,
    since: noon,
    isOn: false,
    parts: ["a", "b"],
    states: { a: "ONLINE" },
  };
  expect(codec.write(all)).toEqual({ ...all, at: "2026-11-22T12:00:00.000Z" });
  expect(codec.read(codec.write(all))).toEqual(all);
  expect(codec.get(codec.write(all), "at")).toBe(noon);
  expect(codec.writeSome({ size: 5 })).toEqual({ size: 5 });
});

test("facts are written in the order in which they are given, and what was not learnt is left out", () => {
  const codec = facts({ a: text }, { b: text, c: text });
  expect(Object.entries(codec.write({ c: "3", b: undefined, a: "1" }))).toEqual([
    ["c", "3"],
    ["a", "1"],
  ]);
});

describe("whatever stands there", () => {
  test("the facts of no kind fail to be read, and nothing strange is taken for known", async () => {
    const names =
      "databases missing keys exported cdLatest parts lastFulls setGuid needsKeys controlFile afterBackup copyOnly lastLsn";
    const codecs = await codecsOfKinds();
    expect(codecs.length).toBeGreaterThan(18);
    for (const codec of codecs)
      for (const it of strange) {
        const told = Object.fromEntries(names.split(" ").map((name) => [name, it]));
        const read = codec.read({ ...told, ...codec.write({}) }) ?? {};
        for (const value of Object.values(read)) expect(value).not.toBeNull();
      }
  });

  test("of a list what is understood counts", () => {
    expect(listOf(text).read(["a", 5, "", "b", null])).toEqual(["a", "b"]);
    expect(listOf(text).read("a")).toBeUndefined();
    expect(mapOf(whole).read({ a: 1, b: "1" })).toEqual({ a: 1 });
    expect(mapOf(whole).read([1])).toBeUndefined();
  });

  test("what lacks a part that is always known is not understood", () => {
    const full = facts({ setGuid: text }, { user: text });
    expect(listOf(full).read([{ setGuid: "A" }, { user: "dpm" }, 7, { setGuid: "B", user: 5 }])).toEqual([
      { setGuid: "A" },
      { setGuid: "B" },
    ]);
  });

  test("a fact that is not there is not known, whatever its codec makes of nothing", () => {
    expect(facts({}, { version: mediaVersion }).get({}, "version")).toBeUndefined();
  });

  test("a member that every object has is no fact", () => {
    const named = facts({}, { toString: text });
    expect(named.get({}, "toString")).toBeUndefined();
    expect(Object.keys(named.read({})!)).toEqual([]);
  });
});

/** The codecs of every file of the room, as far as they are of facts under their names. */
async function codecsOfKinds() {
  const room = "src/core/model/facts";
  const files = readdirSync(room).map((file) => import(join("../../../..", room, file)) as Promise<object>);
  const all = (await Promise.all(files)).flatMap((it) => Object.values(it) as readonly unknown[]);
  return all.filter(isCodec);
}

interface AnyCodec {
  write(facts: object): JsonObject;
  read(json: Json): object | undefined;
}

function isCodec(value: unknown): value is AnyCodec {
  return typeof value === "object" && value !== null && "writeSome" in value;
}

test("numbers that are not whole, empty texts and dates that are none are not known", () => {
  for (const it of [0.5, 2 ** 53, "1", null]) expect(whole.read(it)).toBeUndefined();
  for (const it of ["", 5, null]) expect(text.read(it)).toBeUndefined();
  for (const it of ["yesterday", "", 5]) expect(moment.read(it)).toBeUndefined();
  for (const it of [-1.5, "5"]) expect(instant.read(it)).toBeUndefined();
  for (const it of ["", "-1", "1.5", "0x1", 5, "1".repeat(41)]) expect(digits.read(it)).toBeUndefined();
  expect(digits.read("91000000012300001")).toBe("91000000012300001");
  for (const it of [0, "true", null]) expect(flag.read(it)).toBeUndefined();
});

test("the version of the media is known, absent, or there and unknown", () => {
  expect(mediaVersion.read("5.0.9128.1007")).toEqual(known("5.0.9128.1007"));
  expect(mediaVersion.read("missing")).toEqual(absent);
  for (const it of ["unknown", "", "latest", 5, null])
    expect(mediaVersion.read(it)).toMatchObject({ is: "unknown" });
  const why = { code: "fact-not-understood", severity: "risk", message: "", where: "", hint: "" } as const;
  expect([known("5.0.1"), absent, unknown(why)].map(mediaVersion.write)).toEqual([
    "5.0.1",
    "missing",
    "unknown",
  ]);
});

test.each([
  [{ database: "CM_PS1" }, "master key of CM_PS1"],
  [{ database: "master", certificate: "BackupCert" }, "certificate BackupCert of master"],
  [{ database: "master", certificate: "Proof of Life" }, "certificate Proof of Life of master"],
  [
    { database: "CM of PS1", certificate: "BitLockerManagement_CERT" },
    "certificate BitLockerManagement_CERT of CM of PS1",
  ],
])("a key has one name in both directions: %j", (key, title) => {
  expect(keyTitle(key)).toBe(title);
  expect(keyName.read(title)).toEqual(key);
});

test.each(["", "certificate ", "certificate of master", "master", 5, null])("%j is no key", (json) => {
  expect(keyName.read(json)).toBeUndefined();
});

test("the last log backup is known, absent where msdb knows of none, and unknown where it is closed", () => {
  expect(readLastLog({ lastFulls: [], lastLogAt: "2026-11-22T12:00:00.000Z" })).toEqual(known(noon));
  expect(readLastLog({ lastFulls: [] })).toEqual(absent);
  for (const it of [{}, { lastFulls: "closed" }, { lastFulls: [], lastLogAt: "yesterday" }])
    expect(readLastLog(it)).toMatchObject({ is: "unknown" });
});

test("no fact is read by its name but through its codec", () => {
  const files = globSync("src/**/*.ts").map((it) => it.replaceAll("\\", "/"));
  const byName = /\b(?:[fF]acts|factsOf\([^()]*\))\??\.?\["/;
  const found = files
    .filter((file) => !file.startsWith("src/core/model/"))
    .filter((file) => byName.test(readFileSync(file, "utf8")));
  expect(found).toEqual([]);
  for (const it of ['base?.facts["setGuid"]', 'site.factsOf(source.name)["inUse"]', 'facts?.["a"]'])
    expect(byName.test(it), it).toBe(true);
});

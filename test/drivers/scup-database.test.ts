import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ScupDatabase } from "../../src/core/model/policy/source.ts";
import { scupDatabase } from "../../src/drivers/scup-database.ts";
import { noon, policyOf } from "../support/build-site.ts";
import { listingSink } from "../support/collecting-sink.ts";
import { madeUpMeans } from "../support/made-up-means.ts";
import { plantFiles } from "../support/plant-files.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const { site } = policyOf();
const source: ScupDatabase = { kind: "scup-database", name: "scup", profiles: "C:\\Users", machines: [] };
const home = "AppData/Local/Microsoft";
const old = `${home}/System Center Updates Publisher 2011/5.00.1727.0000/Scupdb.sdf`;
const current = `${home}/UpdatesPublisher/Scupdb.sdf`;
const users = {
  [`Users/ben/${current}`]: "four",
  [`Users/anna/${old}`]: "1",
  [`Users/anna/${home}/UpdatesPublisher/other.txt`]: "1",
  [`Users/cleo/${home}/UpdatesPublisher/Scupdb.sdf/`]: "",
  "Users/guest/x": "1",
};
const nothingNamed = {
  code: "source-missing",
  severity: "error",
  message: "No profile on admin07, admin08 holds an Updates Publisher database.",
  where: "PS1/scup",
  hint: "Name the machines where it is used, or remove the source from the policy.",
};
const away = {
  code: "file-missing",
  message: "The folder with the profiles of away is not there: C:\\Users",
  where: "PS1/scup",
  hint: "Check the path in the policy.",
  about: { kind: "file", path: "C:\\Users", on: "away" },
};

describe("databases of this machine", () => {
  test("are kept under their profiles, of either version of the program, in the order of the profiles", async () => {
    const { seen, captured, sink } = await both(users);
    const facts = { databases: [`anna/${old}`, `ben/${current}`] };
    expect(seen).toEqual({ answers: true, facts, risks: [] });
    expect(captured).toEqual({ mode: "full", asOf: noon, facts, problems: [] });
    expect(sink.offers).toEqual([
      expect.objectContaining({ type: "file", path: `anna/${old}`, size: 1 }),
      {
        type: "file",
        path: `ben/${current}`,
        modifiedAt: expect.any(Number),
        size: 4,
        locator: { file: expect.stringMatching(/ben[\\/]AppData.*Scupdb\.sdf$/) },
        stamp: { fileId: expect.any(Number), changedAt: expect.any(Number) },
      },
    ]);
  });

  test("that are links are told, and are not missing: there is nothing to come back for", async () => {
    const place = `${home}/UpdatesPublisher/scupdb.sdf`;
    const { captured } = await both(users, {}, (folder) => {
      mkdirSync(join(folder, "Users/zoe", home, "UpdatesPublisher"), { recursive: true });
      symlinkSync("nowhere", join(folder, "Users/zoe", place));
    });
    expect(captured.facts).toEqual({ databases: [`anna/${old}`, `ben/${current}`] });
    expect(captured.problems).toMatchObject([
      { code: "link-not-followed", message: `A link was left out: zoe/${home}: UpdatesPublisher/scupdb.sdf` },
    ]);
  });

  test("that are not there are an answer: nothing is kept, and where it was looked for", async () => {
    const { seen, captured, sink } = await both({ "Users/guest/x": "1" });
    expect(seen).toEqual({ answers: true, facts: { databases: [] }, risks: [] });
    expect(captured).toEqual({ mode: "full", asOf: noon, facts: { databases: [] }, problems: [] });
    const text = `{\n  "lookedBelow": [\n    "C:\\\\Users"\n  ]\n}\n`;
    expect(sink.offers).toEqual([
      {
        type: "file",
        path: "nothing-found.json",
        modifiedAt: noon,
        size: text.length,
        locator: { bytes: new TextEncoder().encode(text) },
      },
    ]);
  });

  test("can't be looked for where the profiles are away", async () => {
    const problem = {
      code: "file-missing",
      severity: "error",
      message: "The folder with the profiles of this machine is not there: C:\\Users",
      where: "PS1/scup",
      hint: "Check the path in the policy.",
      about: { kind: "file", path: "C:\\Users" },
    };
    expect((await look({ "x/y": "1" })).seen).toEqual({ answers: false, problem });
    await expect(capture({ "x/y": "1" })).rejects.toMatchObject({ problem });
  });
});

describe("databases of other machines", () => {
  test("are kept under the machine and the profile", async () => {
    const { captured, sink } = await both(users, { machines: ["admin07"] });
    expect(captured.facts).toEqual({ databases: [`admin07/anna/${old}`, `admin07/ben/${current}`] });
    expect(sink.files()).toEqual([`admin07/anna/${old}`, `admin07/ben/${current}`]);
  });

  test("are those of the machine that the source is on, where it names none", async () => {
    const { sink } = await both(users, { on: "admin07" });
    expect(sink.files()).toEqual([`admin07/anna/${old}`, `admin07/ben/${current}`]);
  });

  test("are captured without those of a machine that is away, which is missing", async () => {
    const { seen, captured } = await both(users, { machines: ["away", "admin07"] });
    const facts = {
      databases: [`admin07/anna/${old}`, `admin07/ben/${current}`],
      missing: ["file:away|C:\\Users"],
    };
    const risk = { ...away, severity: "risk" };
    expect(seen).toEqual({ answers: true, facts, risks: [risk] });
    expect(captured).toEqual({ mode: "full", asOf: noon, facts, problems: [risk] });
  });

  test("that a policy names and nobody has are no answer", async () => {
    const named = { machines: ["admin07", "admin08"] };
    const { seen } = await look({ "Users/guest/x": "1" }, named);
    expect(seen).toEqual({ answers: false, problem: nothingNamed });
    await expect(capture({ "Users/guest/x": "1" }, named)).rejects.toMatchObject({ problem: nothingNamed });
  });

  test("are not said to be none while a machine is away", async () => {
    const problem = { ...away, severity: "error" };
    expect((await look({ "Users/guest/x": "1" }, { machines: ["admin07", "away"] })).seen).toEqual({
      answers: false,
      problem,
    });
  });
});

test.skipIf(process.platform === "win32")(
  "a profile whose folder can't be told to be there may have used the program: it is missing",
  async () => {
    const { seen } = await look(users, {}, (folder) => {
      const place = join(folder, "Users/zoe/AppData/Local");
      mkdirSync(place, { recursive: true });
      symlinkSync("Microsoft", join(place, "Microsoft"));
    });
    const path = `zoe/${home}`;
    expect(seen).toEqual({
      answers: true,
      facts: { databases: [`anna/${old}`, `ben/${current}`], missing: [`file:${path}`] },
      risks: [
        {
          code: "file-unreadable",
          severity: "risk",
          message: `A profile can't be read: ${path} (ELOOP)`,
          where: "PS1/scup",
          hint: "Check the disk and the system's event log, then run again.",
          about: { kind: "file", path },
        },
      ],
    });
  },
);

test("a look that is stopped is no answer of the source", async () => {
  const means = madeUpMeans({ paths: { "C:\\": planted(users) }, signal: AbortSignal.abort() });
  await expect(scupDatabase.observe({ source, site }, means)).rejects.toMatchObject({ name: "AbortError" });
});

type Files = Readonly<Record<string, string>>;
type Change = Partial<ScupDatabase>;

async function both(files: Files, change?: Change, prepare?: (folder: string) => void) {
  return { ...(await look(files, change, prepare)), ...(await capture(files, change, prepare)) };
}

async function look(files: Files, change?: Change, prepare?: (folder: string) => void) {
  const request = { source: { ...source, ...change }, site };
  return { seen: await scupDatabase.observe(request, meansOf(files, prepare)) };
}

async function capture(files: Files, change?: Change, prepare?: (folder: string) => void) {
  const sink = listingSink();
  const request = { source: { ...source, ...change }, site, mode: "full" } as const;
  return { sink, captured: await scupDatabase.capture(request, meansOf(files, prepare), sink) };
}

/** Every machine but the one that is away has these files on its drive. */
function meansOf(files: Files, prepare?: (folder: string) => void) {
  const folder = planted(files);
  prepare?.(folder);
  const shares = { "\\\\admin07\\C$": folder, "\\\\admin08\\C$": folder };
  return madeUpMeans({ paths: { "C:\\": folder, "\\\\away\\C$": join(folder, "none"), ...shares } });
}

function planted(files: Files): string {
  return plantFiles(temporaryFolder(), files);
}

import { describe, expect, test } from "vitest";
import { hour, minute } from "../../../../src/core/base/instant.ts";
import type { JsonObject } from "../../../../src/core/base/json.ts";
import type { ResolvedPolicy } from "../../../../src/core/model/policy/resolved-policy.ts";
import type { Snapshot } from "../../../../src/core/model/repository/snapshot.ts";
import type { Source } from "../../../../src/core/model/policy/source.ts";
import { defaultMaxSkewMs, judgePoints } from "../../../../src/core/plan/risks/judge-points.ts";
import { planSite } from "../../../../src/core/plan/make-plan.ts";
import { summariseStatus } from "../../../../src/core/plan/summarise-status.ts";
import { files, reports, sqlKeys, task, updates } from "../../lint/linted.ts";
import {
  database,
  dueDaysAgo,
  failed,
  noon,
  observationOf,
  policyOf,
  registry,
  snapshotOf,
} from "../../../support/build-site.ts";

const policy = policyOf({ sources: [database, registry, files, sqlKeys] });
const due = dueDaysAgo(0);
const version = "5.00.9128.1000";
const databaseFacts: JsonObject = { setGuid: "A", siteVersion: version, needsKeys: ["bitlocker"] };

test("a point with database, media of its version and keys is restorable", () => {
  expect(judge(point())).toEqual([
    {
      site: "PS1",
      policy: "ps1",
      due,
      complete: true,
      missing: [],
      verified: true,
      skew: { ms: 0, between: ["database", "files"], tooFar: false },
      restorable: "yes",
      because: [],
    },
  ]);
});

test("a snapshot of a kind that only a later version knows takes nothing from its point", () => {
  const later = { ...point()[0]!, id: "later", source: "later", kind: "of-next-year" as Snapshot["kind"] };
  expect(judge([...point(), later])).toMatchObject([{ restorable: "yes" }]);
});

describe("a point is not restorable", () => {
  test.each<[string, readonly Snapshot[], string]>([
    ["without the database", point().slice(1), "it holds no copy of the site database"],
    [
      "with a damaged copy of it",
      point({ database: { proofs: [failed(noon)] } }),
      "its copy of the database is damaged",
    ],
    [
      "with a differential whose full is gone",
      point({ database: { mode: "differential", base: "gone" } }),
      "what it is laid on is gone",
    ],
    [
      "without media",
      point().filter((it) => it.source !== "files"),
      `no CD.Latest of its version ${version} is kept`,
    ],
    [
      "with files that leave the media out",
      point({ files: { facts: { cdLatest: version, parts: ["inboxes/**"] } } }),
      "no CD.Latest",
    ],
    ["with media that were not there", point({ files: { facts: { cdLatest: "missing" } } }), "no CD.Latest"],
    [
      "with media of another version",
      point({ files: { facts: { cdLatest: "5.00.9106.1000" } } }),
      "is kept, only of 5.00.9106.1000",
    ],
    [
      "without the certificate that it needs",
      point({ sqlKeys: { facts: { keys: [] } } }),
      "the certificate of BitLocker Management is kept nowhere",
    ],
    [
      "without that of its encryption",
      point({ database: { facts: { ...databaseFacts, needsKeys: ["tde"] } } }),
      "transparent data encryption is kept nowhere",
    ],
  ])("%s", (_title, snapshots, words) => {
    const [verdict] = judge(snapshots);
    expect(verdict!.restorable).toBe("no");
    expect(verdict!.because.map((it) => it.words).join("; ")).toContain(words);
  });
});

test.each<[string, readonly Snapshot[]]>([
  [
    "media and keys of another point serve it",
    [
      ...point({}, dueDaysAgo(1)),
      ...point({ files: { facts: { cdLatest: "missing" } } }).filter((it) => it.source !== "sqlKeys"),
    ],
  ],
  [
    "Setup's own file tells the version otherwise",
    point({ files: { facts: { cdLatest: "5.0.9128.1007" } } }),
  ],
  ["the task's set holds everything", [snapshotOf(task, due)]],
  [
    "the task's set holds the media",
    [...point().filter((it) => it.source !== "files"), snapshotOf(task, due)],
  ],
])("a point is restorable where %s", (_title, snapshots) => {
  expect(judge(snapshots, policyOf({ sources: [...policy.sources, task] })).at(-1)).toMatchObject({
    restorable: "yes",
    because: [],
  });
});

test.each<[string, readonly Snapshot[], string]>([
  [
    "the version was not written down",
    point({ database: { facts: { setGuid: "A" } } }),
    "the site's version was not written down",
  ],
  [
    "the media's version could not be read",
    point({ files: { facts: { cdLatest: "unknown" } } }),
    "the version of its CD.Latest could not be read",
  ],
  [
    "SQL Server was not allowed to read the backup again",
    point({ database: { facts: { setGuid: "A", siteVersion: "5.00.9128.1000", verified: false } } }),
    "SQL Server was not asked to read its backup again",
  ],
  ["another tool keeps the database", point({ database: { facts: {} } }), "kept by another tool"],
])("nobody knows whether a point is restorable where %s", (_title, snapshots, words) => {
  const [verdict] = judge(snapshots);
  expect(verdict!.restorable).toBe("unknown");
  expect(verdict!.because).toMatchObject([{ words: expect.stringContaining(words) }]);
});

describe("certificates are told by their thumbprints", () => {
  const title = "certificate TDE_CERT of master";
  const keys = (certificates: JsonObject) => ({
    sqlKeys: { facts: { keys: Object.keys(certificates), certificates } },
  });
  const encrypted = { setGuid: "A", siteVersion: version, needsKeys: ["tde"], locks: { tde: "AB12" } };
  const verdictOf = (snapshots: readonly Snapshot[], by = policy) => {
    const { restorable, because } = judge(snapshots, by).at(-1)!;
    return [restorable, because.map(({ words }) => words).join("; ")];
  };

  test.each<[string, JsonObject, JsonObject, readonly [is: string, words: string]]>([
    ["that is kept", encrypted, { [title]: "AB12" }, ["yes", ""]],
    [
      "of which one of its name alone is kept",
      encrypted,
      { [title]: "CD34" },
      ["no", "with the thumbprint 0xAB12 is kept nowhere"],
    ],
    [
      "that is kept nowhere",
      encrypted,
      {},
      ["no", "transparent data encryption with the thumbprint 0xAB12 is kept nowhere"],
    ],
    [
      "that nobody could see",
      { ...encrypted, locks: { tde: "unknown" } },
      { [title]: "AB12" },
      ["unknown", "which certificate it needs"],
    ],
    [
      "that nobody could see, with none kept",
      { ...encrypted, locks: { tde: "unknown" } },
      {},
      ["no", "is kept nowhere"],
    ],
    [
      "that may be needed or not",
      { ...encrypted, needsKeys: [], locks: { bitlocker: "unknown" } },
      {},
      ["unknown", "whether a certificate it needs for BitLocker Management"],
    ],
    [
      "by which the backup itself is encrypted",
      { ...encrypted, needsKeys: ["backup"], locks: { backup: "EE" } },
      { [title]: "AB12" },
      ["no", "the encryption of backups with the thumbprint 0xEE"],
    ],
  ])("a certificate %s", (_, facts, certificates, [is, words]) => {
    const why = words === "" ? "" : expect.stringContaining(words);
    expect(verdictOf(point({ database: { facts }, ...keys(certificates) }))).toEqual([is, why]);
  });

  test("a key that was captured before thumbprints were written down may be the one", () => {
    const facts = { keys: [title] };
    expect(verdictOf(point({ database: { facts: encrypted }, sqlKeys: { facts } }))).toEqual([
      "unknown",
      "whether the certificate of transparent data encryption with the thumbprint 0xAB12 is kept was not written down",
    ]);
  });

  const withTask = policyOf({ sources: [...policy.sources, task] });

  test.each<[string, JsonObject, JsonObject, readonly [is: string, words: string]]>([
    ["that is kept", { needsKeys: ["tde"], locks: { tde: "AB12" } }, { [title]: "AB12" }, ["yes", ""]],
    [
      "that is kept nowhere",
      { needsKeys: ["tde"], locks: { tde: "AB12" } },
      {},
      ["no", "transparent data encryption with the thumbprint 0xAB12 is kept nowhere"],
    ],
    [
      "that nobody could see",
      { locks: { tde: "unknown" } },
      { [title]: "AB12" },
      ["unknown", "whether a certificate it needs for transparent data encryption"],
    ],
    ["that nobody wrote down", {}, {}, ["yes", ""]],
  ])(
    "the task's set, as the only copy of the database, needs a certificate %s",
    (_, facts, kept, [is, words]) => {
      const alone = point(keys(kept)).filter((it) => it.source !== "database");
      const why = words === "" ? "" : expect.stringContaining(words);
      expect(verdictOf([...alone, snapshotOf(task, due, { facts })], withTask)).toEqual([is, why]);
    },
  );

  test("the task's set beside a copy that can be opened takes nothing from the point", () => {
    const set = snapshotOf(task, due, { facts: { needsKeys: ["tde"], locks: { tde: "CD34" } } });
    const whole = point({ database: { facts: encrypted }, ...keys({ [title]: "AB12" }) });
    expect(verdictOf([...whole, set], withTask)).toEqual(["yes", ""]);
  });

  test("what the task's set and another tool's copy lack is told once", () => {
    const { setGuid: _, ...facts } = encrypted;
    const set = snapshotOf(task, due, { facts: { needsKeys: ["tde"], locks: { tde: "AB12" } } });
    const [is, words] = verdictOf([...point({ database: { facts }, ...keys({}) }), set], withTask);
    expect([is, String(words).split("0xAB12")]).toEqual(["no", [expect.anything(), " is kept nowhere"]]);
  });

  test("a certificate that another point holds serves", () => {
    const before = point(keys({ [title]: "AB12" }), dueDaysAgo(1));
    expect(verdictOf([...before, ...point({ database: { facts: encrypted }, ...keys({}) })])).toEqual([
      "yes",
      "",
    ]);
  });

  test.each<[string, Source, JsonObject, string]>([
    ["SUSDB", updates, { database: "SUSDB", needsKeys: ["tde"], locks: { tde: "0F" } }, "of SUSDB"],
    [
      "a report server's database",
      reports,
      {
        encryptionKey: "a",
        databases: {
          ReportServer: {
            database: "ReportServer",
            dataBytes: 1,
            setGuid: "B",
            copyOnly: true,
            serverVersion: "16.0.1",
            needsKeys: ["tde"],
            locks: { tde: "0F" },
          },
        },
      },
      "of ReportServer",
    ],
  ])("%s under one that is kept nowhere is not restorable either", (_, source, facts, words) => {
    const by = policyOf({ sources: [...policy.sources, source] });
    const [is, why] = verdictOf([...point(), snapshotOf(source, due, { facts })], by);
    expect(is).toBe("no");
    expect(why).toContain(`transparent data encryption ${words} with the thumbprint 0x0F is kept nowhere`);
  });

  test("backups that another tool keeps are lost without theirs", () => {
    const facts = { needsKeys: ["backup"], locks: { backup: "EE" } };
    expect(verdictOf(point({ database: { facts } }))[0]).toBe("no");
    const observed = observationOf(policy, point({ database: { facts } }));
    expect(planSite(policy, observed, noon).risks).toContainEqual(
      expect.objectContaining({
        code: "point-not-restorable",
        message: expect.stringContaining(
          "the encryption of backups with the thumbprint 0xEE is kept nowhere",
        ),
        hint: expect.stringContaining("sql-keys"),
      }),
    );
  });
});

describe("skew", () => {
  const skew = (ms: number, of: "registry" | "files" | "sqlKeys" = "registry") =>
    judge(point({ [of]: { asOf: due + ms } }))[0]!.skew;

  test("is the worst distance of registry and files from the database", () => {
    expect(skew(2 * hour)).toEqual({ ms: 2 * hour, between: ["database", "registry"], tooFar: false });
    expect(skew(-3 * hour, "files")).toEqual({ ms: 3 * hour, between: ["database", "files"], tooFar: false });
    expect(skew(20 * hour, "sqlKeys")!.ms).toBe(0);
  });

  test("is too far beyond the policy's promise, and not at it", () => {
    expect([skew(6 * hour)!.tooFar, skew(6 * hour + 1)!.tooFar]).toEqual([false, true]);
    const strict = policyOf({ ...policy, objectives: { ...policy.objectives, maxSkewMs: minute } });
    expect(judge(point({ registry: { asOf: due + 2 * minute } }), strict)[0]!.skew!.tooFar).toBe(true);
  });

  test("counts from the copy of the database that fits best", () => {
    const full = point();
    const differential = snapshotOf(database, due, {
      mode: "differential",
      base: full[0]!.id,
      facts: databaseFacts,
      startedAt: due + 12 * hour,
    });
    expect(judge([...full, differential])[0]).toMatchObject({ skew: { ms: 0 }, restorable: "yes" });
  });

  test("is nothing without two to compare", () => {
    expect(judge(point().filter((it) => it.source === "database"))[0]).not.toHaveProperty("skew");
  });
});

test("without its policy a point is judged by what its snapshots tell, and by the default promise", () => {
  const told = point({ registry: { asOf: due + defaultMaxSkewMs + 1 } })
    .filter((it) => it.source !== "files")
    .map((it) => ({ ...it, pointSources: ["database", "registry"] }));
  expect(judgePoints(told, [])).toMatchObject([
    { complete: true, missing: [], skew: { tooFar: true }, restorable: "no" },
  ]);
  // A source that is asked for and was never captured is known from what the snapshots say.
  const lacking = point().map((it) => ({
    ...it,
    pointSources: [...policy.sources.map(({ name }) => name), "library"],
  }));
  expect(judgePoints(lacking, [])).toMatchObject([{ complete: false, missing: ["library"] }]);
});

test("status and risks tell of the newest point what is wrong with it", () => {
  const snapshots = point({ registry: { asOf: due + 11.5 * hour }, sqlKeys: { facts: { keys: [] } } });
  const observed = observationOf(policy, snapshots);
  const [status] = summariseStatus([policy], [observed], noon);
  expect(status!.state).toBe("broken");
  expect(status!.lastPoint).toMatchObject({ due, skew: { tooFar: true }, restorable: "no" });
  const { actions, risks } = planSite(policy, observed, noon);
  expect(actions).toEqual([]);
  expect(risks).toMatchObject([
    {
      code: "point-skewed",
      message: expect.stringContaining("registry is 11h 30m apart from database, and PS1 promises 6h"),
    },
    {
      code: "point-not-restorable",
      message: expect.stringContaining("the certificate of BitLocker Management is kept nowhere."),
    },
  ]);
});

test("a plan that captures the database anew says nothing against the point that it replaces", () => {
  const snapshots = point({ registry: { asOf: due - 12 * hour } }, dueDaysAgo(1));
  const { actions, risks } = planSite(policy, observationOf(policy, snapshots), noon);
  expect(actions).toMatchObject([{ do: "capture", source: "database" }, {}, {}, {}]);
  expect(risks.map((it) => it.code)).toEqual([]);
});

/** A point that lacks nothing, but for what is said otherwise of its sources. */
function point(changes: Readonly<Record<string, Partial<Snapshot>>> = {}, at = due): readonly Snapshot[] {
  const facts: Readonly<Record<string, JsonObject>> = {
    database: { setGuid: "A", siteVersion: "5.00.9128.1000", needsKeys: ["bitlocker"] },
    files: { cdLatest: "5.00.9128.1000", parts: ["CD.Latest/**"] },
    sqlKeys: { keys: ["certificate BitLockerManagement_CERT of CM_PS1"] },
  };
  const sources: readonly Source[] = [database, registry, files, sqlKeys];
  return sources.map((it) => snapshotOf(it, at, { facts: facts[it.name] ?? {}, ...changes[it.name] }));
}

function judge(snapshots: readonly Snapshot[], by: ResolvedPolicy = policy) {
  return judgePoints(snapshots, [by]);
}

import { globSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { known } from "../../../../src/core/base/fact.ts";
import type { Instant } from "../../../../src/core/base/instant.ts";
import type { JsonObject } from "../../../../src/core/base/json.ts";
import { lintSite } from "../../../../src/core/lint/lint.ts";
import { risk } from "../../../../src/core/lint/parts/risk.ts";
import { acceptableRisks } from "../../../../src/core/model/policy/acceptance.ts";
import type { Acceptance } from "../../../../src/core/model/policy/acceptance.ts";
import type { SitePlan } from "../../../../src/core/model/plan.ts";
import type { SiteLook } from "../../../../src/core/model/site-look.ts";
import type { Source } from "../../../../src/core/model/policy/source.ts";
import { acceptRisks } from "../../../../src/core/plan/risks/accept-risks.ts";
import { planSite } from "../../../../src/core/plan/make-plan.ts";
import { summariseStatus } from "../../../../src/core/plan/summarise-status.ts";
import { everything, files, registry, roles, seen, settings, sqlKeys } from "../../lint/linted.ts";
import {
  database,
  dueDaysAgo,
  library,
  noon,
  observationOf,
  pointsOf,
  policyOf,
} from "../../../support/build-site.ts";

const because = "We know.";
const said = (message: string, names: readonly string[]) => {
  return { where: "PS1/CM_PS1", message, names, hint: "Mend it." };
};
const pages = risk("page-verify-off", said("CM_PS1 has PAGE_VERIFY NONE.", ["CM_PS1", "PAGE_VERIFY NONE"]));
const port = risk("broker-port-differs", said("Service Broker listens on port 1.", ["port 1"]));

test("an accepted risk is red no more, is there with its reason, and takes no other with it", () => {
  expect(judge([{ risk: "page-verify-off", because, until: "2027-06-01" }])).toEqual({
    risks: [port],
    accepted: [
      {
        code: "page-verify-off",
        message: pages.message,
        where: pages.where,
        about: pages.about,
        because,
        until: "2027-06-01",
      },
    ],
  });
  expect(judge(undefined)).toEqual({ risks: [pages, port], accepted: [] });
});

test.each<[string, number]>([
  ["CM_PS1", 1],
  ["page_verify none", 1],
  ["CM_PS2", 0],
  ["has", 0],
])("an acceptance of %s counts where the risk names it, in letters of any case", (of, count) => {
  expect(judge([{ risk: "page-verify-off", of, because }]).accepted).toHaveLength(count);
});

describe("an acceptance with an end", () => {
  const until = (date: string, now: Instant, timeZone: string) =>
    judge([{ risk: "page-verify-off", because, until: date }], { now, timeZone });

  test("counts to the end of that day by the clocks of the schedule's zone", () => {
    const midnight = Date.UTC(2026, 10, 22, 23);
    expect(until("2026-11-22", midnight - 1, "Europe/Madrid").accepted).toHaveLength(1);
    expect(until("2026-11-22", midnight, "Europe/Madrid").accepted).toEqual([]);
    expect(until("2026-11-22", midnight, "UTC").accepted).toHaveLength(1);
  });

  test("is red behind it, with what was said then before its cure", () => {
    expect(until("2026-11-21", noon, "UTC").risks).toEqual([
      { ...pages, hint: 'Was accepted until 2026-11-21 ("We know."): Mend it.' },
      port,
    ]);
  });

  test("gives way to one that lasts longer, whichever is written first", () => {
    const dated = { risk: "page-verify-off", because: "Then.", until: "2026-11-21" } as const;
    const endless = { risk: "page-verify-off", because } as const;
    for (const accepts of [
      [dated, endless],
      [endless, dated],
      [{ ...endless, until: "2026-11-22" }, dated],
    ])
      expect(judge(accepts).accepted).toMatchObject([{ because }]);
  });
});

describe("of what no source protects", () => {
  const bare = [files, sqlKeys, library, database, registry];
  const lint = (accepts: readonly Acceptance[], look: SiteLook = {}) => {
    const policy = policyOf({ sources: bare, accepts });
    return acceptRisks(policy, lintSite(policy, seen(policy, { look }), noon), noon);
  };
  const words = (found: readonly { readonly message: string }[]) =>
    found.map(({ message }) => message.replace("PS1 has what no source of the policy protects: ", ""));
  const susdb = { risk: "not-covered", of: "susdb", because } as const;
  const users = { risk: "not-covered", of: "user states", because } as const;

  test("each thing that is named is accepted by itself, and the rest is one risk", () => {
    const found = lint([susdb, users]);
    expect(words(found.accepted)).toEqual([
      "user states on smp01.contoso.com.",
      "SUSDB of sup01.contoso.com on sql01.contoso.com.",
    ]);
    expect(words(found.risks)).toEqual(["the reporting point ssrs01.contoso.com."]);
  });

  test("nothing is red where each is accepted", () => {
    const reports = { risk: "not-covered", of: "ssrs01", because } as const;
    expect(lint([susdb, users, reports]).risks).toEqual([]);
  });

  test("a word of the sentence around it names nothing", () => {
    for (const of of ["what no source", "PS1", "protects: the", "contoso.com, SUSDB"])
      expect(lint([{ ...susdb, of }]).accepted).toEqual([]);
  });

  test("a part of a word names nothing", () => {
    for (const of of ["s", "SUS", "ssrs0", "up01.contoso"])
      expect(lint([{ ...susdb, of }]).accepted).toEqual([]);
    for (const of of ["SUSDB of sup01", " sup01 ", "sup01.contoso.com on"])
      expect(words(lint([{ ...susdb, of }]).accepted)).toEqual([
        "SUSDB of sup01.contoso.com on sql01.contoso.com.",
      ]);
  });

  test("what comes later is red, however many were accepted", () => {
    const reportingPoints = [{ server: "ssrs01.contoso.com" }, { server: "new.contoso.com" }];
    const look = roles({
      "reporting-point": reportingPoints,
      "state-migration-point": [],
      "update-point": [],
    });
    const found = lint([{ ...susdb, of: "ssrs01" }], look);
    expect(words(found.risks)).toEqual(["the reporting point new.contoso.com."]);
  });

  test("one whose time is over is a risk of its own, and says so", () => {
    const found = lint([{ ...susdb, until: "2026-11-21" }]);
    expect(words(found.risks)).toEqual([
      "the reporting point ssrs01.contoso.com, user states on smp01.contoso.com.",
      "SUSDB of sup01.contoso.com on sql01.contoso.com.",
    ]);
    expect(found.risks.map(({ hint }) => hint.startsWith("Was accepted until 2026-11-21"))).toEqual([
      false,
      true,
    ]);
  });
});

test.each<[string, Acceptance, SiteLook, { readonly taken: string; readonly left: string }]>([
  [
    "keys that are not captured",
    { risk: "keys-not-captured", of: "BitLocker", because },
    { "database-encrypted": known(true) },
    {
      taken: "capture: BitLocker Management (BitLockerManagement_CERT).",
      left: "capture: transparent data encryption.",
    },
  ],
  [
    "settings of the database",
    { risk: "site-database-settings", of: "TRUSTWORTHY", because },
    settings({ isTrustworthy: false, isBrokerEnabled: false }),
    { taken: "lacks TRUSTWORTHY ON, as", left: "lacks ENABLE_BROKER, as" },
  ],
])("of several %s the one that is named is accepted, and not those beside it", (_, it, look, words) => {
  const sources = everything.filter(({ kind }) => it.risk !== "keys-not-captured" || kind !== "sql-keys");
  const judgeBy = (acceptance: Acceptance) => {
    const policy = policyOf({ sources, accepts: [acceptance] });
    return acceptRisks(policy, lintSite(policy, seen(policy, { look }), noon), noon);
  };
  const found = judgeBy(it);
  expect(found.accepted.map(({ message }) => message)).toEqual([expect.stringContaining(words.taken)]);
  expect(found.risks.map(({ message }) => message)).toEqual([expect.stringContaining(words.left)]);
  expect(judgeBy({ ...it, of: "CM_PS1" }).risks).toEqual([]);
  expect(judgeBy({ risk: it.risk, because }).risks).toEqual([]);
});

describe("a site with an accepted risk", () => {
  const policy = policyOf({
    retention: { last: 1 },
    accepts: [{ risk: "retention-short", because, until: "2027-06-01" }],
  });
  const quiet = observationOf(policy, pointsOf(policy, dueDaysAgo(1), dueDaysAgo(0)));
  const accepted = [{ code: "retention-short", because, until: "2027-06-01", where: policy.where }];

  test("has it in its plan beside the risks, and not among them", () => {
    expect(planSite(policy, quiet, noon)).toMatchObject({ actions: [], risks: [], accepted });
    const unaccepted = planSite({ ...policy, accepts: [] }, quiet, noon);
    expect(unaccepted).toMatchObject({ risks: [{ code: "retention-short" }] });
    expect(unaccepted).not.toHaveProperty("accepted");
  });

  test("keeps its promises in its status, and is at risk when the time is over", () => {
    const state = (one: typeof policy) => summariseStatus([one], [quiet], noon)[0]!;
    expect(state(policy)).toMatchObject({ state: "kept", problems: [], accepted });
    const over = { ...policy, accepts: [{ ...policy.accepts![0]!, until: "2026-11-21" }] };
    expect(state(over)).toMatchObject({ state: "at-risk", problems: [{ code: "retention-short" }] });
  });
});

describe("a point that can't be recovered from", () => {
  const planned = (facts: JsonObject, without: Source["kind"], accepts: readonly Acceptance[]) => {
    const policy = policyOf({ sources: everything.filter(({ kind }) => kind !== without), accepts });
    const snapshots = pointsOf(policy, dueDaysAgo(1), dueDaysAgo(0)).map((it) =>
      it.kind === "site-database" ? { ...it, facts } : it,
    );
    return planSite(policy, { ...seen(policy), snapshots }, noon);
  };

  const copy = { siteVersion: "5.00.9128.1000", setGuid: "a" };
  const ofPoint = ({ risks }: SitePlan) => risks.filter(({ code }) => code === "point-not-restorable");

  test("is not red for what its policy accepts", () => {
    const plan = planned(copy, "site-files", [{ risk: "cd-latest-not-captured", because }]);
    expect(plan.accepted).toMatchObject([{ code: "cd-latest-not-captured" }]);
    expect(ofPoint(plan)).toEqual([]);
    expect(ofPoint(planned(copy, "site-files", []))).toEqual([]);
  });

  test("is red for what nobody accepted, and for that alone", () => {
    const facts = { setGuid: "a", needsKeys: ["bitlocker", "tde"] };
    const plan = planned(facts, "sql-keys", [{ risk: "keys-not-captured", of: "BitLocker", because }]);
    expect(plan.accepted).toMatchObject([{ code: "keys-not-captured" }]);
    const [risk, ...more] = ofPoint(plan);
    expect(more).toEqual([]);
    expect(risk!.message).toContain("the certificate of transparent data encryption is kept nowhere");
    expect(risk!.message).not.toContain("BitLocker");
  });
});

test("the list holds what lint, retention, the site's own task and a source that became less tell, and nothing else", () => {
  const files = [
    ...globSync("src/core/lint/**/*.ts"),
    "src/core/plan/risks/judge-reach.ts",
    "src/core/plan/risks/judge-partners.ts",
  ];
  const told = files.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/\brisk\("([a-z-]+)"/g)].map(([, code]) => code!),
  );
  const ofTask = [
    "site-task-off",
    "site-task-exceeds-window",
    "site-task-exceeds-data-age",
    "task-set-unsaved",
  ];
  const ofSources = ["source-shrunk"];
  expect([...acceptableRisks].sort()).toEqual([...told, ...ofTask, ...ofSources].sort());
});

function judge(
  accepts: readonly Acceptance[] | undefined,
  { now = noon, timeZone = "UTC" }: { readonly now?: Instant; readonly timeZone?: string } = {},
) {
  const { schedule, ...rest } = policyOf(accepts && { accepts });
  return acceptRisks({ ...rest, schedule: { ...schedule, timeZone } }, [pages, port], now);
}

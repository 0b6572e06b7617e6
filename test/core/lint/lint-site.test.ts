import { describe, expect, test } from "vitest";
import { day, formatInstant, hour } from "../../../src/core/base/instant.ts";
import { lintPolicy } from "../../../src/core/lint/lint-policy.ts";
import { lintSite } from "../../../src/core/lint/lint-site.ts";
import { isOfVersion } from "../../../src/core/lint/lint-files.ts";
import { acceptRisks } from "../../../src/core/plan/risks/accept-risks.ts";
import type { SiteDatabase } from "../../../src/core/model/policy/source.ts";
import { trackingOf } from "../../support/build-site.ts";
import {
  database,
  everything,
  files,
  library,
  noon,
  packages,
  policyWith,
  registry,
  reports,
  seen,
  sound,
  sqlKeys,
  task,
  traits,
  updates,
  userState,
} from "./linted.ts";

type Case = readonly [
  title: string,
  policy: ReturnType<typeof policyWith>,
  changes: Parameters<typeof seen>[1],
  words: string,
];

const whole = policyWith(everything);
const withLogs: SiteDatabase = { ...(database as SiteDatabase), logEveryMs: hour };
const external: SiteDatabase = { ...(database as SiteDatabase), method: "external" };
const replaced = (source: SiteDatabase) => policyWith([source, ...everything.slice(1)]);
const full = (changes: object) => ({ lastFulls: [{ vss: false, ...changes }] });

test("a sound site that is wholly protected is silent", () => {
  expect(lint(whole)).toEqual([]);
  expect(lint(policyWith([task, ...everything]))).toEqual([]);
});

test("what could not be read is judged nowhere", () => {
  const policy = policyWith([registry]);
  const { site: _, ...unseen } = seen(policy);
  expect(lintSite(policy, unseen, noon)).toEqual([]);
  expect(lintSite(whole, { ...seen(whole), site: {} }, noon)).toEqual([]);
});

const cases: Readonly<Record<string, readonly Case[]>> = {
  "log-in-simple-model": [
    ["log backups of a database in SIMPLE", replaced(withLogs), {}, "SIMPLE there are none"],
  ],
  "log-never-backed-up": [
    [
      "a log that nobody ever took",
      whole,
      { look: traits({ recoveryModel: "FULL" }), facts: { database: full({}) } },
      "msdb knows of none",
    ],
    [
      "a log that was last taken a week ago",
      whole,
      {
        look: traits({ recoveryModel: "BULK_LOGGED" }),
        facts: { database: { ...full({}), lastLogAt: formatInstant(noon - 7 * day) } },
      },
      "the last is of 2026-11-15 12:00Z",
    ],
  ],
  "availability-group-task-files": [
    [
      "the task's files of a group's database",
      policyWith([task, ...everything.slice(1)]),
      { look: traits({ isInAvailabilityGroup: true }) },
      "must not be used for it",
    ],
  ],
  "availability-group-unsupported": [
    [
      "report server databases in a group",
      whole,
      { facts: { reports: { availabilityGroup: ["ReportServer"] } } },
      "ReportServer is in an availability group",
    ],
    [
      "the update catalogue in a group",
      whole,
      { facts: { updates: { availabilityGroup: ["SUSDB"] } } },
      "SUSDB is",
    ],
  ],
  "clustered-external-backup": [
    [
      "another tool on a named instance of a cluster",
      replaced(external),
      { look: { server: { ...sound.server!, isClustered: true, instance: "CM" } } },
      "named instance CM",
    ],
    [
      "VSS backups of a named instance of a cluster",
      whole,
      {
        look: { server: { ...sound.server!, isClustered: true, instance: "CM" } },
        facts: { database: full({ vss: true }) },
      },
      "DPM",
    ],
  ],
  "site-collation": [
    [
      "a database of another collation",
      whole,
      { look: traits({ collation: "Latin1_General_CI_AS" }) },
      "CM_PS1 has the collation Latin1_General_CI_AS",
    ],
    [
      "an instance of another collation",
      whole,
      { look: { server: { isClustered: false, collation: "Latin1_General_CI_AS" } } },
      "its instance has Latin1_General_CI_AS",
    ],
  ],
  "page-verify-off": [
    ["pages without checksums", whole, { look: traits({ pageVerify: "NONE" }) }, "PAGE_VERIFY NONE"],
  ],
  "site-database-settings": [
    [
      "a database as a restore leaves it",
      whole,
      { look: traits({ isBrokerEnabled: false, isTrustworthy: false }) },
      "lacks ENABLE_BROKER, TRUSTWORTHY ON, as",
    ],
    [
      "a database that honours no priority",
      whole,
      { look: traits({ honorsBrokerPriority: false }) },
      "lacks HONOR_BROKER_PRIORITY ON",
    ],
  ],
  "broker-port-differs": [
    [
      "another port of Service Broker",
      whole,
      { look: { brokerPort: { listens: 4023, noted: 4022 } } },
      "port 4023, and the site has noted 4022",
    ],
  ],
  "change-tracking-two-days": [
    [
      "two days at the site",
      whole,
      { window: { own: trackingOf({ retentionMs: 2 * day }), partners: {} } },
      "of the site database keeps 2 days",
    ],
    [
      "two days at a partner",
      whole,
      { window: { own: trackingOf(), partners: { CAS: trackingOf({ retentionMs: 2 * day }) } } },
      "of partner CAS keeps 2 days",
    ],
  ],
  "keys-not-captured": [
    [
      "BitLocker keys without their certificate",
      policyWith(everything.filter((it) => it !== sqlKeys)),
      {},
      "BitLocker Management",
    ],
    [
      "an encrypted database and a policy for BitLocker alone",
      policyWith([...everything.slice(0, -1), { ...sqlKeys, include: ["bitlocker"] } as typeof sqlKeys]),
      {
        look: {
          ...traits({ isEncrypted: true }),
          keys: { bitlocker: true, encryptedBackups: 2, openableBackups: 2 },
        },
      },
      "transparent data encryption, the encryption of backups",
    ],
  ],
  "backup-certificate-missing": [
    [
      "encrypted backups without their certificate",
      whole,
      { look: { keys: { bitlocker: false, encryptedBackups: 3, openableBackups: 1 } } },
      "2 encrypted backups",
    ],
  ],
  "cd-latest-not-captured": [
    ["a policy without files", policyWith(everything.filter((it) => it !== files)), {}, "captures CD.Latest"],
    [
      "files without the media",
      policyWith(
        everything.map((it) => (it === files ? ({ ...files, include: ["inboxes/**"] } as typeof files) : it)),
      ),
      {},
      "captures CD.Latest",
    ],
    [
      "media that are left out",
      policyWith(
        everything.map((it) =>
          it === files ? ({ ...files, exclude: ["cd.latest/**"] } as typeof files) : it,
        ),
      ),
      {},
      "captures CD.Latest",
    ],
  ],
  "cd-latest-other-version": [
    [
      "media of another version",
      whole,
      { facts: { files: { cdLatest: "5.0.9106.1000" } } },
      "5.0.9106.1000, and the site is of 5.00.9128.1000",
    ],
  ],
  "control-file-not-in-force": [
    [
      "a control file that was edited since the writer started",
      whole,
      { facts: { files: { controlFile: { editedAt: noon - hour, writerStartedAt: noon - day } } } },
      "edited at 2026-11-22 11:00Z",
    ],
  ],
  "after-backup-mirrors": [
    ["a script that mirrors", whole, { facts: { files: { afterBackup: { mirrors: true } } } }, "/MIR"],
  ],
  "library-not-in-use": [
    [
      "a local copy of a library that is on a share",
      whole,
      { facts: { library: { inUse: "\\\\files01\\Content$" } } },
      "in \\\\files01\\Content$",
    ],
    [
      "a library that has another drive now",
      whole,
      { facts: { library: { inUse: "G:\\SCCMContentLib" } } },
      "captures E:\\SCCMContentLib",
    ],
  ],
  "not-covered": [
    [
      "a reporting point",
      policyWith(everything.filter((it) => it !== reports)),
      {},
      "protects: the reporting point ssrs01.contoso.com.",
    ],
    [
      "state migration points",
      policyWith(everything.filter((it) => it !== userState)),
      {},
      "user states on smp01.contoso.com",
    ],
    [
      "the update catalogue",
      policyWith(everything.filter((it) => it !== updates)),
      {},
      "SUSDB of sup01.contoso.com on sql01.contoso.com",
    ],
    [
      "an update catalogue in a database of Windows",
      whole,
      { look: { roles: { ...sound.roles!, updatePoints: [{ server: "sup01.contoso.com" }] } } },
      "the update catalogue of sup01.contoso.com",
    ],
    [
      "package sources",
      policyWith(everything.filter((it) => it !== packages)),
      { look: { packageFolders: ["\\\\cm01\\Sources$\\Office"] } },
      "1 source folder of packages (\\\\cm01\\Sources$\\Office…)",
    ],
    ["the library", policyWith(everything.filter((it) => it !== library)), {}, "the content library"],
    [
      "the registry",
      policyWith(everything.filter((it) => it !== registry)),
      {},
      "the site server's registry",
    ],
    [
      "everything, and counts the rest",
      policyWith([files, sqlKeys]),
      { look: { packageFolders: ["D:\\a"] } },
      "user states on smp01.contoso.com, and 2 more.",
    ],
  ],
};

describe.each(Object.entries(cases))("%s tells of", (code, ones) => {
  test.each(ones)("%s", (_title, policy, changes, words) => {
    const found = lint(policy, changes);
    expect(found).toMatchObject([{ code, severity: "risk" }]);
    expect(found[0]!.message).toContain(words);
    expect(found[0]!.hint).not.toBe("");
  });
});

test.each<[string, ReturnType<typeof policyWith>, Parameters<typeof seen>[1]]>([
  [
    "FULL with log backups of ours",
    replaced(withLogs),
    { look: traits({ recoveryModel: "FULL" }), facts: { database: full({}) } },
  ],
  [
    "FULL with fresh log backups of another tool",
    whole,
    {
      look: traits({ recoveryModel: "FULL" }),
      facts: { database: { ...full({}), lastLogAt: formatInstant(noon - day) } },
    },
  ],
  ["FULL where msdb may not be read", whole, { look: traits({ recoveryModel: "FULL" }) }],
  [
    "a group's database with native backups",
    policyWith([task, ...everything]),
    { look: traits({ isInAvailabilityGroup: true }) },
  ],
  [
    "another tool on the default instance of a cluster",
    replaced(external),
    { look: { server: { ...sound.server!, isClustered: true } } },
  ],
  ["a collation for GB18030", whole, { look: traits({ collation: "Chinese_Simplified_Pinyin_100_CI_AI" }) }],
  [
    "media within the task's set alone",
    policyWith([task, ...everything.filter((it) => it !== files && it !== database && it !== registry)]),
    {},
  ],
  [
    "a control file older than the writer",
    whole,
    { facts: { files: { controlFile: { editedAt: noon - day, writerStartedAt: noon - hour } } } },
  ],
  [
    "a control file whose writer's start is not known",
    whole,
    { facts: { files: { controlFile: { editedAt: noon } } } },
  ],
  ["a script that copies", whole, { facts: { files: { afterBackup: { mirrors: false } } } }],
  ["a library written in other letters", whole, { facts: { library: { inUse: "e:\\sccmcontentlib\\" } } }],
  [
    "packages below a folder that the policy names",
    policyWith([
      ...everything.filter((it) => it !== packages),
      { kind: "folder", name: "sources", root: "D:\\Sources", include: [], exclude: [] },
    ]),
    { look: { packageFolders: ["d:\\sources\\Office"] } },
  ],
])("%s is no hazard", (_title, policy, changes) => {
  expect(lint(policy, changes)).toEqual([]);
});

test.each([
  ["5.00.9128.1000", "5.0.9128.1007", true],
  ["5.00.9128.1000", "5.00.9106.1000", false],
  ["missing", "5.00.9128.1000", true],
])("media of %s fit a site of %s: %s", (media, version, fits) => {
  expect(isOfVersion(media, version)).toBe(fits);
});

function lint(policy: ReturnType<typeof policyWith>, changes: Parameters<typeof seen>[1] = {}) {
  const observed = seen(policy, changes);
  return acceptRisks(policy, [...lintPolicy(policy, observed), ...lintSite(policy, observed, noon)], noon)
    .risks;
}

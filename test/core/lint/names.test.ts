import { describe, expect, test } from "vitest";
import { hazards } from "../../../src/core/lint/hazards/catalogue.ts";
import { lintSite, lintWritten } from "../../../src/core/lint/lint.ts";
import { acceptRisks } from "../../../src/core/plan/risks/accept-risks.ts";
import type { ProblemCode } from "../../../src/core/base/problem-codes.ts";
import { policyOf } from "../../support/build-site.ts";
import { hazardCases } from "./hazard-cases.ts";
import { noon, seen } from "./linted.ts";

/** What the first case of each hazard names, where it is told, and the keys of the policy that say it. */
const told: Partial<Record<ProblemCode, readonly [where: string, names: string, keys?: string]>> = {
  "repository-beside-site": ["policies/ps1.yaml:1", "main, F:\\sitekeep", "repository"],
  "key-beside-site": ["policies/ps1.yaml:1", "main", "repository"],
  "partner-not-named": ["policies/ps1.yaml:1", "PS1, CAS", "site.parent"],
  "task-destination-name": ["PS1/task", "E:\\CM Backup", "sources.task.site"],
  "task-destination-volume": ["PS1/task", "D:\\CMBackup, D:\\ConfigMgr", "sources.task.site"],
  "task-destination-one-server": ["PS1/task", "E:\\CMBackup", "sources.task.site"],
  "library-on-one-server": ["PS1/library", "library, E:\\SCCMContentLib", "sources.library.folders"],
  "user-state-without-database": ["policies/ps1.yaml:1", "PS1, userState", "sources.userState.kind"],
  "log-in-simple-model": ["PS1/database", "CM_PS1, database, SIMPLE"],
  "log-never-backed-up": ["PS1/database", "CM_PS1, database, FULL"],
  "availability-group-task-files": ["PS1/task", "CM_PS1, task"],
  "site-collation": ["PS1/CM_PS1", "CM_PS1, Latin1_General_CI_AS"],
  "page-verify-off": ["PS1/CM_PS1", "CM_PS1, PAGE_VERIFY NONE"],
  "site-database-settings": ["PS1/CM_PS1", "CM_PS1, ENABLE_BROKER, TRUSTWORTHY ON"],
  "clustered-external-backup": ["PS1/database", "CM_PS1, database, CM"],
  "broker-port-differs": ["PS1/CM_PS1", "Service Broker, port 4023, port 4022"],
  "change-tracking-two-days": ["PS1/CM_PS1", "the site database"],
  "keys-not-captured": [
    "PS1/CM_PS1",
    "CM_PS1, BitLocker Management (BitLockerManagement_CERT), BitLocker Management",
  ],
  "backup-certificate-missing": ["PS1/CM_PS1", "CM_PS1"],
  "availability-group-unsupported": ["PS1/reports", "reports, ReportServer"],
  "cd-latest-not-captured": ["PS1/CM_PS1", "PS1, CD.Latest"],
  "cd-latest-other-version": ["PS1/files", "CD.Latest, files, 5.0.9106.1000, 5.00.9128.1000"],
  "control-file-not-in-force": ["PS1/files", "smsbkup.ctl, files"],
  "after-backup-mirrors": ["PS1/files", "AfterBackup.bat, files"],
  "library-not-in-use": ["PS1/library", "library, \\\\files01\\Content$, E:\\SCCMContentLib"],
  "not-covered": ["policies/ps1.yaml:1", "PS1, the reporting point ssrs01.contoso.com"],
};

describe("a hazard is told where it is, by the names of what it is about, and of a policy by its keys:", () => {
  test.each(hazards.map((it) => [it.code, it] as const))("%s", (code, hazard) => {
    const [, changes, sight] = hazardCases[code]!.fires[0];
    const policy = policyOf(changes);
    const written = lintWritten(policy).filter((it) => it.problem.code === code);
    const { risks } = acceptRisks(policy, lintSite(policy, seen(policy, sight), noon), noon);
    const found = hazard.seenIn === "validation" ? written.map((it) => it.problem) : risks;
    const [where, names, keys] = told[code]!;
    expect(found.filter((it) => it.code === code)).toMatchObject([
      { where, about: { kind: "hazard", names: names.split(", ") } },
    ]);
    expect(written.map((it) => it.keys.join("."))).toEqual(keys === undefined ? [] : [keys]);
  });

  test("what a plan knows better is told by validation alone", () => {
    const only = hazards.filter((it) => it.seenIn === "validation").map((it) => it.code);
    const policies = only.map((code) => policyOf(hazardCases[code]!.fires[0][1]));
    const planned = policies.flatMap((it) => acceptRisks(it, lintSite(it, seen(it), noon), noon).risks);
    expect(planned.filter((it) => only.includes(it.code))).toEqual([]);
  });
});

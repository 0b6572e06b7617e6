import { describe, expect, test } from "vitest";
import { absent, known } from "../../../src/core/base/fact.ts";
import { questionsFor } from "../../../src/core/lint/asked.ts";
import type { Row } from "../../../src/core/model/question.ts";
import { viewAnyDefinition, viewDefinition } from "../../../src/core/outside/facts/right.ts";
import { policyWith } from "./linted.ts";

const questions = new Map(questionsFor(policyWith([])).map((it) => [it.name, it]));
const role = (id: string, name: string, server: string, property: Row = {}): Row => ({
  id,
  role: name,
  server,
  ...property,
});
const none = { "reporting-point": [], "state-migration-point": [], "update-point": [] };
const bitlocker = {
  is: "hidden",
  what: "the certificate of BitLocker Management, if there is one",
  right: viewDefinition,
};
const broker = {
  is: "hidden",
  what: "the endpoint of Service Broker",
  right: viewAnyDefinition,
};

describe("the rows that SQL Server answers with tell", () => {
  test.each<readonly [string, readonly Row[], unknown]>([
    ["database-files", [{ path: "E:\\a.mdf" }, {}, { path: "F:\\a.ldf" }], known(["E:\\a.mdf", "F:\\a.ldf"])],
    ["database-files", [{}], absent],
    ["database-files", [], absent],
    ["recovery-model", [{ value: "FULL" }], known("FULL")],
    ["recovery-model", [{ value: "" }], absent],
    ["recovery-model", [{}], absent],
    ["recovery-model", [], absent],
    ["server-collation", [{ collation: "Latin1_General_CI_AS" }], known("Latin1_General_CI_AS")],
    ["server-collation", [{ collation: "" }], absent],
    ["server-collation", [{}], absent],
    ["server-collation", [], absent],
    ["site-version", [{ version: "5.00.9128.1000" }], known("5.00.9128.1000")],
    ["site-version", [{}], absent],
    ["site-version", [], absent],
    ["site-database-settings", [], absent],
    [
      "site-database-settings",
      [{}],
      known({ isBrokerEnabled: false, isTrustworthy: false, honorsBrokerPriority: false }),
    ],
    [
      "site-database-settings",
      [{ broker: "1", trustworthy: "0", priority: "0" }],
      known({ isBrokerEnabled: true, isTrustworthy: false, honorsBrokerPriority: false }),
    ],
    [
      "site-database-settings",
      [{ broker: "0", trustworthy: "1", priority: "0" }],
      known({ isBrokerEnabled: false, isTrustworthy: true, honorsBrokerPriority: false }),
    ],
    [
      "site-database-settings",
      [{ broker: "0", trustworthy: "0", priority: "1" }],
      known({ isBrokerEnabled: false, isTrustworthy: false, honorsBrokerPriority: true }),
    ],
    ["sql-instance", [{ is_clustered: "1", instance: "CM" }], known({ isClustered: true, name: "CM" })],
    ["sql-instance", [{ is_clustered: "0", instance: "" }], known({ isClustered: false })],
    ["sql-instance", [{ is_clustered: "1" }], known({ isClustered: true })],
    ["sql-instance", [{ instance: "CM" }], absent],
    ["sql-instance", [], absent],
    ["broker-port", [{ port: "4022" }], known(4022)],
    ["broker-port", [{}], broker],
    ["broker-port", [], broker],
    ["broker-port-noted", [{ port: "4022" }], known(4022)],
    ["broker-port-noted", [{}], absent],
    ["broker-port-noted", [], absent],
    ["bitlocker-certificate", [{ sees: "1", found: "1" }], known(true)],
    ["bitlocker-certificate", [{ sees: "0", found: "1" }], known(true)],
    ["bitlocker-certificate", [{ sees: "1", found: "0" }], absent],
    ["bitlocker-certificate", [{ sees: "0", found: "0" }], bitlocker],
    ["bitlocker-certificate", [{ sees: "0", found: "0", enabled: "1" }], known(true)],
    ["bitlocker-certificate", [{ sees: "0", found: "0", enabled: "0" }], absent],
    ["bitlocker-certificate", [{ sees: "1", found: "0", enabled: "1" }], absent],
    ["bitlocker-certificate", [{}], bitlocker],
    ["database-encrypted", [{ encrypted: "1" }], known(true)],
    ["database-encrypted", [{ encrypted: "0" }], absent],
    ["database-encrypted", [], absent],
    ["encrypted-backups", [{ encrypted: "3", openable: "1" }], known({ all: 3, openable: 1 })],
    ["encrypted-backups", [{ encrypted: "3" }], known({ all: 3, openable: 0 })],
    ["encrypted-backups", [{ encrypted: "0", openable: "0" }], absent],
    ["encrypted-backups", [], absent],
    [
      "package-folders",
      [{ path: "\\\\a\\b\\\\" }, { path: "E:\\c/d" }, {}],
      known(["\\\\a\\b", "E:\\c/d", ""]),
    ],
    ["content-folders", [{ path: "E:\\c/" }], known(["E:\\c"])],
    [
      "package-folders",
      [
        { package: "PS100001", path: "D:\\a", site: "PS1", own: "PS1" },
        { package: "PS100002", path: "D:\\b", site: "CAS", own: "PS1" },
        { package: "PS100003", path: "D:\\c", own: "ps1" },
        { package: "CAS00004", path: "D:\\d", own: "PS1" },
      ],
      known(["D:\\a", "D:\\c"]),
    ],
    ["content-folders", [{ package: "CAS00004", path: "D:\\d", site: "CAS", own: "PS1" }], known([])],
    ["package-folders", [], absent],
    ["site-roles", [], absent],
    ["site-roles", [role("1", "SMS Site Server", "\\\\cm01")], known(none)],
    [
      "site-roles",
      [
        role("1", "SMS SRS Reporting Point", "\\\\ssrs01", { name: "Other", text: "x" }),
        role("1", "SMS SRS Reporting Point", "\\\\ssrs01", { name: "DatabaseServerName", text: "sql01" }),
        role("2", "SMS SRS Reporting Point", "ssrs02", { name: "DatabaseServerName", text: "" }),
        role("3", "SMS State Migration Point", "\\\\smp01"),
        role("4", "SMS Software Update Point", "\\\\wsus01", { name: "DBServerName", text: "sql02" }),
        { id: "5", role: "SMS Software Update Point" },
        role("6", "SMS Software update point", "wsus03", { name: "DBSERVERNAME", text: "sql03" }),
      ],
      known({
        "reporting-point": [{ server: "ssrs01", databaseServer: "sql01" }, { server: "ssrs02" }],
        "state-migration-point": [{ server: "smp01" }],
        "update-point": [
          { server: "wsus01", databaseServer: "sql02" },
          { server: "" },
          { server: "wsus03", databaseServer: "sql03" },
        ],
      }),
    ],
  ])("%s: %j", (name, rows, fact) => {
    expect(questions.get(name)!.read(rows)).toEqual(fact);
  });
});

import { expect, test } from "vitest";
import { readPolicies } from "../../../../src/core/policy/read-policies.ts";
import { riskAt } from "../../../../src/core/policy/text/risk-at.ts";
import { lintWritten } from "../../../../src/core/lint/lint.ts";

const text = `apiVersion: sitekeep/v1
kind: PolicyTemplate
metadata: { name: base }
retention:
  last: 1
---
apiVersion: sitekeep/v1
kind: Repository
metadata: { name: main }
location: { folder: 'F:\\sitekeep' }
encrypt: false
---
apiVersion: sitekeep/v1
kind: BackupPolicy
metadata: { name: ps1 }
extends: base
site:
  code: PS1
  servers: [cm01, cm02]
  database: { server: sql01, name: CM_PS1 }
repository: main
schedule: { cron: '0 20 * * *' }
defaultSources: false
sources:
  task:
    kind: task-backup
    site: '\\\\backup01\\CM'
    database: 'E:\\CM Backup'
  states: { kind: user-state }
  content: { kind: content-library, folders: ['E:\\Lib'] }
`;
const { policies, written } = readPolicies([{ path: "ps1.yaml", text }]);
const problem = { code: "retention-short", severity: "risk", message: "m", where: "PS1", hint: "h" } as const;
const show = (...keys: readonly string[]) => riskAt(written.get("ps1")!, { problem, keys });

test.each([
  ["a value at the value", ["sources", "task", "database"], "ps1.yaml:28:15", "'E:\\CM Backup'"],
  ["a list at its beginning", ["sources", "content", "folders"], "ps1.yaml:30:46", "['E:\\Lib']"],
  ["a map at its key", ["schedule"], "ps1.yaml:22:1", "schedule"],
  ["what a template says in the template", ["retention"], "ps1.yaml:4:1", "retention"],
  ["a default at the key above it", ["site", "installFolder"], "ps1.yaml:17:1", "site"],
  ["what nobody wrote at the policy's name", ["objectives", "notice"], "ps1.yaml:15:19", "ps1"],
  [
    "what is below a text at the text",
    ["sources", "task", "site", "share"],
    "ps1.yaml:27:11",
    "'\\\\backup01\\CM'",
  ],
])("a risk is shown where it was written: %s", (_, keys, where, marked) => {
  const { frame, ...shown } = show(...keys);
  expect(shown).toEqual({ ...problem, where });
  const [line, caret] = frame!.split("\n");
  expect(line!.slice(caret!.indexOf("^"), caret!.lastIndexOf("^") + 1)).toBe(marked);
});

test("a risk that no policy says stays where it is", () => {
  expect(show()).toBe(problem);
});

test("lint names the keys that say what it finds", () => {
  const [ps1] = policies;
  const found = (sources: typeof ps1 & object) =>
    lintWritten(sources).map(({ problem: { code }, keys }) => [code, keys.join(".")]);
  expect(found(ps1!)).toEqual([
    ["repository-beside-site", "repository"],
    ["task-destination-name", "sources.task.database"],
    ["library-on-one-server", "sources.content.folders"],
  ]);
  const states = ps1!.sources.filter((it) => it.kind === "user-state");
  expect(found({ ...ps1!, sources: states })).toContainEqual([
    "user-state-without-database",
    "sources.states.kind",
  ]);
  const oneFolder = { kind: "task-backup", name: "task", site: "D:\\CM Backup" } as const;
  expect(found({ ...ps1!, sources: [oneFolder] }).at(-1)).toEqual([
    "task-destination-one-server",
    "sources.task.site",
  ]);
});

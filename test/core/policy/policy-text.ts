import { readPolicies } from "../../../src/core/policy/read-policies.ts";

/** What a sound policy says, one key a line from the fourth line on. */
const usual = {
  site: "{ code: PS1, database: { server: localhost, name: CM_PS1 } }",
  repository: "main",
  schedule: "{ cron: '0 2 * * *' }",
};

/** Parts of a policy as they are written; `undefined` leaves one out. */
export type Parts = Readonly<Record<string, string | undefined>>;

/** The text of a policy named `ps1`, and of its repository after it. */
export function policyText(parts: Parts = {}): string {
  const lines = Object.entries({ ...usual, ...parts }).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}: ${value}`],
  );
  return `apiVersion: sitekeep/v1
kind: BackupPolicy
metadata: { name: ps1 }
${lines.join("\n")}
---
apiVersion: sitekeep/v1
kind: Repository
metadata: { name: main }
location: { folder: 'F:\\sitekeep' }
keys: [{ file: 'D:\\keys\\main.key' }]
`;
}

/** Everything that is wrong with texts: line and column, code, message, and the cure behind a slash. */
export function toldOf(...texts: readonly string[]): readonly string[] {
  const files = texts.map((text, index) => ({ path: `${index}.yaml`, text }));
  return readPolicies(files).problems.map(
    ({ where, code, message, hint }) => `${where.replace("0.yaml:", "")} ${code}: ${message} / ${hint}`,
  );
}

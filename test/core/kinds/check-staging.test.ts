import { expect, test } from "vitest";
import { readPolicies } from "../../../src/core/policy/read-policies.ts";

test.each([
  ["sql01.contoso.com", "{ sql: 'E:\\stage', read: '\\\\sql01\\stage$' }", []],
  ["sql01.contoso.com", "{ sql: '\\\\backup01\\stage$' }", []],
  ["sql01.contoso.com", "{ sql: '//backup01/stage$' }", []],
  ["sql01.contoso.com", "{ sql: 'E:\\stage' }", ["source-needs-staging"]],
  ["cm01.contoso.com", "{ sql: 'E:\\stage' }", []],
  ["CM01", "{ sql: 'E:\\stage' }", []],
  ["(local)", "{ sql: 'E:\\stage' }", []],
  ["cm01.fabrikam.com", "{ sql: 'E:\\stage' }", ["source-needs-staging"]],
])("what SQL Server on %s writes to %s can be read, or is asked for", (server, staging, codes) => {
  const text = `
apiVersion: sitekeep/v1
kind: BackupPolicy
metadata: { name: ps1 }
site:
  code: PS1
  type: primary
  servers: [cm01.contoso.com]
  database: { server: '${server}', name: CM_PS1, auth: windows }
repository: main
schedule: { cron: '30 1 * * *', timeZone: UTC }
sources:
  database: { kind: site-database, staging: ${staging} }
---
apiVersion: sitekeep/v1
kind: Repository
metadata: { name: main }
location: { folder: '\\\\backup01\\sitekeep$' }
keys: [{ file: 'D:\\keys\\main.key' }]
`;
  const { problems } = readPolicies([{ path: "ps1.yaml", text }]);
  expect(problems.filter((it) => it.severity === "error").map((it) => it.code)).toEqual(codes);
});

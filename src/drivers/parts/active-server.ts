import { join } from "node:path";
import { asFact, known, unknown } from "../../core/base/fact.ts";
import type { Fact } from "../../core/base/fact.ts";
import type { Problem } from "../../core/base/problem.ts";
import type { Site } from "../../core/model/policy/resolved-policy.ts";
import type { Statement } from "../../core/outside/facts/statement.ts";
import { roleNames, roleView, siteServerStates } from "../../core/outside/site/site-definition.ts";
import { siteServersValue } from "../../core/outside/site/windows.ts";
import { regValue } from "../access/formats/reg-file.ts";
import { numberCell, textCell } from "../access/sql/sql-row.ts";
import type { Means } from "../driver.ts";
import { exportKey } from "./export-key.ts";
import { ask } from "./session/ask.ts";
import { withSql } from "./session/sql-session.ts";

const servers: Statement = {
  name: "site-servers",
  doing: "read which server of the site is active",
  query: `SELECT ServerName AS server, SiteSystemStatus AS status
FROM dbo.vSMS_SC_SysResUse WHERE SiteCode = @siteCode AND RoleName = '${roleNames.values["site-server"]}';`,
  parameters: ["siteCode"],
  reads: [roleView],
  answers: { server: "text", status: "whole or NULL" },
};

/**
 * Which machine is the site's active server: by the site database, and where that does not tell by the
 * registry of this machine. A site with one server has no other.
 */
export async function askActiveServer(site: Site, where: string, means: Means): Promise<Fact<string>> {
  const told = await bySite(site, where, means);
  if (told.is === "known") return told;
  const noted = await byRegistry(where, means);
  return noted.is === "known" ? noted : told;
}

async function bySite({ code, database }: Site, where: string, means: Means): Promise<Fact<string>> {
  const task = { database, where, doing: servers.doing };
  const answer = await asFact(() =>
    withSql(means, task, (sql) => ask(sql, servers, { task, values: { siteCode: code } })),
  );
  if (answer.is !== "known") return answer;
  const rows = answer.value.map((row) => ({
    server: (textCell(row, "server") ?? "").replace(/^\\\\/, ""),
    isActive: numberCell(row, "status") === siteServerStates.values.active,
  }));
  const active = rows.length === 1 ? rows : rows.filter(({ isActive }) => isActive);
  const [only] = active;
  return only !== undefined && active.length === 1 ? known(only.server) : unknown(untold(rows.length, where));
}

async function byRegistry(where: string, means: Means): Promise<Fact<string>> {
  const file = join(await means.temporaryFolder(), "identification.reg");
  const exported = await asFact(async () =>
    known(await exportKey({ key: siteServersValue.key, file, where }, means)),
  );
  if (exported.is !== "known") return exported;
  const value = regValue(exported.value, siteServersValue.key, siteServersValue.value);
  const names = value && "texts" in value ? value.texts : value && "text" in value ? [value.text] : [];
  const [only] = names;
  return only !== undefined && names.length === 1 ? known(only) : unknown(untold(names.length, where));
}

function untold(servers: number, where: string): Problem {
  return {
    code: "task-server-unknown",
    severity: "error",
    message:
      servers === 0
        ? "The site database shows no site server."
        : `The site has ${servers} servers, and which of them is active is not told.`,
    where,
    hint: "Look in the console under Administration > Site Configuration > Sites > Nodes, and start SMS_SITE_BACKUP on the active one by hand.",
  };
}

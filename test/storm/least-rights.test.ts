import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { beforeAll, expect, test } from "vitest";

import type { InstanceState } from "../../packages/lab/src/sql/instance-state.ts";
import type { Permission } from "../../packages/lab/src/sql/instance-definition.ts";
import type { Machine } from "../../src/core/model/policy/machine.ts";
import { driverOf } from "../../src/drivers/drivers.ts";
import { engineSite } from "../support/engine-site.ts";
import { labMeans } from "../support/lab-means.ts";
import { labSources } from "../support/lab-sources.ts";
import { withRunningLab } from "../support/running-lab.ts";

/**
 * The login gets what docs/permissions.md tells an administrator to give it, statement by statement, and
 * nothing else; only what a restore needs for a while is left out.
 */
const scripts = [...readFileSync("docs/permissions.md", "utf8").matchAll(/^```sql\n([^`]*)^```/gm)].map(
  ([, script]) => script!,
);

/** What each statement of the page is in the lab. Whoever may log in is a user, and reads user tables, there. */
const inLab: readonly (readonly [RegExp, readonly Permission[]])[] = [
  [/^(USE|CREATE LOGIN|CREATE USER) |^ALTER ROLE db_datareader /, []],
  [/^GRANT CREATE ANY DATABASE TO /, ["create-database"]],
  [/^GRANT SELECT ON dbo\.(backupset|backupmediafamily) TO /, ["msdb"]],
  [/^ALTER ROLE db_backupoperator /, ["backup"]],
  [/^GRANT VIEW DEFINITION /, ["view-definition"]],
  [/^GRANT VIEW ANY DEFINITION /, ["view-any-definition"]],
  [/^GRANT VIEW ANY DATABASE /, ["view-any-database"]],
  [/^GRANT VIEW SERVER STATE /, ["view-server-state"]],
  [/^GRANT CONTROL /, ["control"]],
];

const isOfPartner = (script: string): boolean => /CM_CAS|VIEW ANY DATABASE/.test(script);
const isOfRestore = (script: string): boolean => /ALTER AUTHORIZATION|MASTER KEY/.test(script);

/** The lab's rights for some scripts of the page; a statement that nobody knows fails. */
function rightsFor(chosen: readonly string[]): readonly Permission[] {
  const statements = chosen.flatMap((script) =>
    script.split("\n").flatMap((line) => line.replace(/\s*--.*$/, "").trim() || []),
  );
  return statements.flatMap((statement) => {
    const found = inLab.find(([pattern]) => pattern.test(statement));
    if (found === undefined) throw new Error(`Nobody knows what this is in the lab: ${statement}`);
    return found[1];
  });
}

const lab = withRunningLab((folder) => {
  const own = scripts.filter((it) => !isOfPartner(it) && !isOfRestore(it));
  give(folder, "sql01", rightsFor(own));
  give(folder, "sqlcas", rightsFor(scripts.filter(isOfPartner)));
});

function give(folder: string, host: string, can: readonly Permission[]): void {
  const file = join(folder, "hosts", host, "instance.json");
  const state = JSON.parse(readFileSync(file, "utf8")) as InstanceState;
  const logins = state.logins.map((it) => (it.user === "sitekeep" ? { ...it, can } : it));
  writeFileSync(file, JSON.stringify({ ...state, logins }));
}

let site: ReturnType<typeof engineSite>;
beforeAll(() => {
  const { site: of, sources } = labSources(lab.folder);
  const machine = parse(readFileSync(join(lab.folder, "machine.yaml"), "utf8")) as Machine;
  const kinds = ["site-database", "package-sources", "user-state", "task-backup", "sql-keys"] as const;
  site = engineSite({
    policy: {
      site: { ...of, servers: [] },
      partners: { CAS: { ...of.database, server: "sqlcas.lab", name: "CM_CAS" } },
    },
    sources: kinds.map((kind) => sources[kind]),
    world: {
      cacheFolder: join(lab.folder, "cache"),
      machine: { ...machine, identity: "cm01.lab" },
      connect: (database) => labMeans(lab.folder).sql(database),
      driverOf: (kind) =>
        kind === "site-database" || kind === "sql-keys"
          ? driverOf(kind)
          : ({ ...driverOf(kind), capture: captured } as never),
    },
  });
  site.clock.now = Date.now();
});

async function captured({ mode }: { readonly mode: string }) {
  return { mode, asOf: Date.now(), facts: {}, problems: [] };
}

test("the page's scripts are those of the site's server, of partners and of a restore", () => {
  expect(scripts.length).toBeGreaterThan(7);
  expect(scripts.filter(isOfPartner)).toHaveLength(2);
  expect(scripts.filter(isOfRestore)).toHaveLength(4);
});

test("a login with what the page gives is shown everything, and its point is inside the window", async () => {
  expect(await site.run()).toEqual(
    expect.arrayContaining(["capture PS1/database: done", "capture PS1/sqlKeys: done"]),
  );
  site.clock.now = Date.now();
  const plan = await site.plan();
  expect(JSON.stringify(plan)).not.toMatch(/sql-permission|GRANT |hazard-not-judged|site-shape-unknown/);
  expect(plan.sites[0]!.window.state).toBe("inside");
});

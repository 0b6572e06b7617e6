import { sites } from "../hierarchy.ts";
import { chanceFrom } from "../seeded-chance.ts";
import { dayMs, sqlDatetime } from "../windows-formats.ts";
import type { Cell, TableContent } from "./fill-table.ts";
import { siteNumber, type SiteFacts } from "./site-facts.ts";

/** States of an update of Configuration Manager, as the site's tables number them. */
export const updateStates = {
  applicable: 327_682,
  ready: 262_146,
  installing: 196_609,
  installed: 196_612,
} as const;

/** The update that the sites do not have yet. */
export const comingUpdate = chanceFrom("update 2409").guid().toUpperCase();

const packages = [
  {
    id: chanceFrom("update 2403").guid().toUpperCase(),
    tag: "2403",
    version: "5.00.9128.1000",
    type: 0,
    days: 200,
  },
  {
    id: chanceFrom("update 2403 rollup").guid().toUpperCase(),
    tag: "2403 Hotfix Rollup",
    version: "5.00.9128.1007",
    type: 2,
    days: 120,
  },
  { id: comingUpdate, tag: "2409", version: "5.00.9132.1000", type: 0, days: 9 },
] as const;

/** The updates of the hierarchy, and how far each site has come with them. */
export function updateTables({ nowMs }: SiteFacts): readonly TableContent[] {
  const stateOf = (id: string): number =>
    id === comingUpdate ? updateStates.applicable : updateStates.installed;
  const statuses = packages
    .filter(({ id }) => id !== comingUpdate)
    .flatMap(({ id, days }) =>
      sites.map((it): readonly Cell[] => [
        id,
        siteNumber(it.code),
        updateStates.installed,
        sqlDatetime(nowMs - days * dayMs),
      ]),
    );
  const statusColumns = "PackageGuid uniqueidentifier, SiteNumber int, State int, LastUpdateTime datetime";
  return [
    {
      name: "CM_UpdatePackages",
      columns: `PackageGuid uniqueidentifier, Name nvarchar(512), FullVersion nvarchar(64), ClientVersion nvarchar(64),
        State int, Flag int, UpdateType int, Impact int, UpdateTag nvarchar(64), MoreInfoLink nvarchar(512),
        DateCreated datetime, DateReleased datetime, LastUpdateTime datetime`,
      rows: packages.map(({ id, tag, version, type, days }) => {
        const date = sqlDatetime(nowMs - days * dayMs);
        const name = `Configuration Manager ${tag}`;
        return [id, name, version, version, stateOf(id), 0, type, 31, tag.slice(0, 4), "", date, date, date];
      }),
    },
    { name: "CM_UpdatePackageSiteStatus", columns: statusColumns, rows: statuses },
    { name: "vSMS_CM_UpdatePackageSiteStatus", columns: statusColumns, rows: statuses },
  ];
}

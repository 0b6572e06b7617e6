import type { DatabaseSync } from "node:sqlite";

import { site } from "../hierarchy.ts";
import type { SqlModule } from "../sql/modules.ts";
import { dayMs } from "../windows-formats.ts";

/** A view, procedure or function; of a view also what SQLite selects. */
interface SiteObject extends Omit<SqlModule, "createdMs"> {
  readonly daysOld: number;
  readonly selects?: string;
}

const computers = `SELECT ItemKey AS ResourceID, Netbios_Name0, SMS_Unique_Identifier0, Operating_System_Name_and0,
  Last_Logon_Timestamp0, Client0 FROM System_DISC`;
const licences = `SELECT Operating_System_Name_and0 AS Product0, COUNT(*) AS Installed0 FROM System_DISC
  GROUP BY Operating_System_Name_and0`;

/** What setup makes at every site. */
const shipped: readonly SiteObject[] = [
  {
    name: "v_R_System",
    type: "V",
    daysOld: 400,
    selects: computers,
    definition: `CREATE VIEW [dbo].[v_R_System] AS ${computers}`,
  },
  {
    name: "fnGetSiteCode",
    type: "FN",
    daysOld: 400,
    definition:
      "CREATE FUNCTION [dbo].[fnGetSiteCode]() RETURNS nvarchar(3) AS BEGIN RETURN (SELECT TOP 1 ThisSiteCode FROM v_Identification) END",
  },
  {
    name: "fn_rbac_R_System",
    type: "IF",
    daysOld: 400,
    definition:
      "CREATE FUNCTION [dbo].[fn_rbac_R_System](@UserSIDs nvarchar(512)) RETURNS TABLE AS RETURN (SELECT * FROM v_R_System)",
  },
];

/** What administrators of PS1 have made for their reports: only this database has it. */
const ofContoso: readonly SiteObject[] = [
  {
    name: "v_Contoso_LicenceOverview",
    type: "V",
    daysOld: 90,
    selects: licences,
    definition: `CREATE VIEW dbo.v_Contoso_LicenceOverview\r\nAS\r\n-- Asked for by purchasing.\r\n${licences}`,
  },
  {
    name: "Contoso_StaleComputers",
    type: "V",
    daysOld: 80,
    selects: "SELECT ItemKey AS ResourceID, Netbios_Name0 AS Name0 FROM System_DISC WHERE Client0 = 0",
    definition:
      "CREATE VIEW dbo.Contoso_StaleComputers AS SELECT ResourceID, Netbios_Name0 AS Name0 FROM dbo.v_R_System WHERE Client0 = 0",
  },
  {
    name: "usp_Contoso_FreeSpace",
    type: "P",
    daysOld: 60,
    definition:
      "CREATE PROCEDURE dbo.usp_Contoso_FreeSpace @least int = 10\r\nAS\r\nSELECT ResourceID, dbo.fn_Contoso_Building(Netbios_Name0) AS Building FROM dbo.v_R_System WHERE ResourceID > @least",
  },
  {
    name: "fn_Contoso_Building",
    type: "FN",
    daysOld: 61,
    definition:
      "CREATE FUNCTION dbo.fn_Contoso_Building(@name nvarchar(256)) RETURNS nvarchar(8) AS BEGIN RETURN LEFT(@name, 3) END",
  },
];

function objectsOf(siteCode: string): readonly SiteObject[] {
  return siteCode === site.code ? [...shipped, ...ofContoso] : shipped;
}

/** The texts of a site database's views, procedures and functions. */
export function siteModules(siteCode: string, nowMs: number): readonly SqlModule[] {
  return objectsOf(siteCode).map(({ name, type, definition, daysOld }) => ({
    name,
    type,
    definition,
    createdMs: nowMs - daysOld * dayMs,
  }));
}

/** Makes the views, on the tables that are there. */
export function createSiteViews(db: DatabaseSync, siteCode: string): void {
  for (const { name, selects } of objectsOf(siteCode))
    if (selects !== undefined) db.exec(`CREATE VIEW ${name} AS ${selects}`);
}

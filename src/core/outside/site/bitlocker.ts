import { numbers } from "../facts/numbers.ts";
import type { Statement } from "../facts/statement.ts";
import { bitlockerPage, memLabs } from "../facts/witnesses.ts";
import { siteDefinitionProperties, siteDefinitions } from "./site-definition.ts";

/** Settings of a site's definition that tell of BitLocker Management. */
export const bitlockerSettings = numbers({
  of: "dbo.SC_SiteDefinition_Property.Name",
  isOpen: true,
  values: { "BitLocker Management": "EnableMBAMRecoveryService" },
  witnesses: [bitlockerPage, memLabs],
  confidence: 88,
  otherwise: "whether a login that is not shown the certificate needs it is told by its rights alone",
});

/**
 * Whether BitLocker Management is on, which every reader of the site database is shown: the certificate shows
 * only to who has a right on it. No row: it never was on.
 */
export const bitlockerSetting: Statement = {
  name: "bitlocker-management",
  doing: "tell whether BitLocker Management is on",
  query: `SELECT p.Value3 AS enabled FROM dbo.SC_SiteDefinition_Property AS p
INNER JOIN dbo.SC_SiteDefinition AS d ON d.SiteNumber = p.SiteNumber
WHERE d.SiteCode = @siteCode AND p.Name = '${bitlockerSettings.values["BitLocker Management"]}';`,
  parameters: ["siteCode"],
  reads: [siteDefinitionProperties, siteDefinitions],
  answers: { enabled: "whole or NULL" },
};

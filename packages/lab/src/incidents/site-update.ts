import { site } from "../hierarchy.ts";
import { siteNumber } from "../databases/site-facts.ts";
import { comingUpdate, updateStates } from "../databases/site-updates.ts";
import { labNow } from "../lab-state.ts";
import { quoted, writeToSite } from "../site-writes.ts";
import { sqlDatetime } from "../windows-formats.ts";

/** Brings the coming update of PS1 and its parent to a state; one that is only known has none at a site. */
export async function setUpdateState(lab: string, state: keyof typeof updateStates): Promise<void> {
  const id = quoted(comingUpdate);
  const at = quoted(sqlDatetime(labNow(lab)));
  const number = updateStates[state];
  const isUnderWay = state === "installing" || state === "installed";
  const statuses = ["CM_UpdatePackageSiteStatus", "vSMS_CM_UpdatePackageSiteStatus"].flatMap((table) => [
    `DELETE FROM ${table} WHERE PackageGuid = ${id}`,
    ...(isUnderWay
      ? [`INSERT INTO ${table} VALUES (${id}, ${siteNumber(site.code)}, ${number}, ${at})`]
      : []),
  ]);
  const statements = [
    `UPDATE CM_UpdatePackages SET State = ${number}, LastUpdateTime = ${at} WHERE PackageGuid = ${id}`,
    ...statuses,
  ];
  for (const [host, database] of [
    [site.sqlServer, site.database],
    ["sqlcas.lab", "CM_CAS"],
  ] as const)
    await writeToSite(lab, { host, database, statements, tables: [] });
}

import { site } from "../hierarchy.ts";
import { labNow } from "../lab-state.ts";
import { writeToSite } from "../site-writes.ts";
import { sqlDatetime } from "../windows-formats.ts";

const ends = [
  { host: site.sqlServer, database: site.database },
  { host: "sqlcas.lab", database: "CM_CAS" },
] as const;

/** 2 active, 8 degraded, 9 failed; a failed link keeps the time when it last worked. */
export async function setLinkStatus(lab: string, status: 2 | 9): Promise<void> {
  const time = status === 2 ? `, UpdateTime = '${sqlDatetime(labNow(lab))}'` : "";
  const between =
    "(SiteSending = 'CAS' AND SiteReceiving = 'PS1') OR (SiteSending = 'PS1' AND SiteReceiving = 'CAS')";
  for (const end of ends) {
    await writeToSite(lab, {
      ...end,
      statements: [`UPDATE RCM_ReplicationLinkStatus SET Status = ${status}${time} WHERE ${between}`],
      tables: ["RCM_ReplicationLinkStatus"],
    });
  }
}

import { ago, sendAgo, upToDate } from "../databases/site-replication.ts";
import { site } from "../hierarchy.ts";
import { labNow } from "../lab-state.ts";
import { createdAt } from "../lab-variant.ts";
import { trackedVersion, writeToSite } from "../site-writes.ts";

const ends = [
  { host: site.sqlServer, database: site.database, other: "CAS" },
  { host: "sqlcas.lab", database: "CM_CAS", other: site.code },
] as const;

type Status = 2 | 9;
const names = { 2: "ACTIVE", 9: "FAILED" } as const;

/**
 * 2 active, 9 failed. The status is reckoned every few minutes either way; what was sent last, and when,
 * stays where it was as long as the link has failed.
 */
export async function setLinkStatus(lab: string, status: Status): Promise<void> {
  const between =
    "(SiteSending = 'CAS' AND SiteReceiving = 'PS1') OR (SiteSending = 'PS1' AND SiteReceiving = 'CAS')";
  const summary = ["Overall", "GlobalParentToChild", "GlobalChildToParent", "SiteChildToParent"];
  for (const { host, database, other } of ends) {
    await writeToSite(lab, {
      host,
      database,
      statements: [
        `UPDATE RCM_ReplicationLinkStatus SET Status = ${status}, StatusName = '${names[status]}' WHERE ${between}`,
        `UPDATE RCM_ReplicationLinkSummary_Child SET ${summary.map((it) => `${it}LinkStatus = ${status}`).join(", ")}
           WHERE ParentSiteCode = 'CAS' AND ChildSiteCode = 'PS1'`,
        `UPDATE DRS_MessageActivity_Send SET ${sendsOf(lab, status, { host, database })} WHERE SiteCode = '${other}'`,
      ],
      tables: [],
    });
  }
}

const sendFailed = -2;

function sendsOf(lab: string, status: Status, at: Pick<(typeof ends)[number], "host" | "database">): string {
  const works = status === 2;
  const time = (seconds: number): string => ago(works ? createdAt(lab) : labNow(lab), seconds);
  return [
    `LastVersionSent = ${works ? upToDate : trackedVersion(lab, at.host, at.database)}`,
    `LastSendResult = ${works ? 0 : sendFailed}`,
    `LastSendStartTime = '${time(sendAgo.start)}'`,
    `LastSendEndTime = '${time(sendAgo.end)}'`,
    `LastSyncProcessedTime = '${time(sendAgo.processed)}'`,
  ].join(", ");
}

/**
 * What the schedule of the task *Backup Site Server* is read with, in one place: the names are known from
 * community sources only, and are to be corrected here when a site shows others.
 */

/** What the site calls the task, in the console's long form. */
export const taskName = "Backup SMS Site Server";

/** One row for a site. Of the two times only hour and minute count. */
export const siteTaskQuery = `SELECT IsEnabled AS enabled, DaysOfWeek AS days,
CONVERT(nvarchar(30), BeginTime, 121) AS begins, CONVERT(nvarchar(30), LatestBeginTime, 121) AS latest,
BackupLocation AS location
FROM dbo.vSMS_SC_SQL_Task WHERE SiteCode = @siteCode AND TaskName = @taskName;`;

/** Status messages of the task: it begins, and it has finished without errors. Their time is UTC. */
export const begunMessage = 5055;
export const finishedMessage = 5035;

export const taskMessagesQuery = `SELECT TOP (40) MessageID AS message, CONVERT(nvarchar(23), Time, 121) AS time
FROM dbo.v_StatusMessage
WHERE SiteCode = @siteCode AND Component = 'SMS_SITE_BACKUP' AND MessageID IN (${begunMessage}, ${finishedMessage})
ORDER BY Time DESC;`;

import { known } from "../../../core/base/fact.ts";
import type { Fact } from "../../../core/base/fact.ts";
import type { Instant } from "../../../core/base/instant.ts";
import {
  messageComponents,
  messageSeverities,
  statusMessageView,
  taskFailureMessages,
  taskMessages,
} from "../../../core/outside/site/status-messages.ts";
import type { Statement } from "../../../core/outside/facts/statement.ts";
import { numberCell, utcCell } from "../../access/sql/sql-row.ts";
import type { SqlRunner } from "../../access/sql/sql-runner.ts";
import { ask, type Asking } from "../session/ask.ts";

/** One status message of the task. */
export interface TaskMessage {
  readonly id: number;
  readonly at: Instant;
  /** Whether the message weighs as an error, whatever its number. */
  readonly isError: boolean;
  /** Whether the task's part on the database's machine sent the message: of the whole run it says nothing. */
  readonly isOfDatabase: boolean;
}

const ids = [...Object.values(taskMessages.values), ...Object.values(taskFailureMessages.values)];
const own = messageComponents.values["the backup task"];
const ofDatabase =
  messageComponents.values["the task on the database's machine, before the site server's name"];

/** So many messages tell of the runs of some weeks. */
const messagesRead = 100;

/** What the task tells of its runs, of late. No message is no failure: they are deleted after a while. */
const messages: Statement = {
  name: "site-task-messages",
  doing: "read the messages of the task Backup Site Server",
  query: `SELECT TOP (${messagesRead}) MessageID AS message, CONVERT(nvarchar(23), Time, 121) AS time, Severity AS severity,
CASE WHEN Component = '${own}' THEN 0 ELSE 1 END AS part
FROM dbo.v_StatusMessage
WHERE SiteCode = @siteCode AND (Component = '${own}' OR LEFT(Component, ${ofDatabase.length}) = '${ofDatabase}')
AND (MessageID IN (${ids.join(", ")}) OR Severity = ${messageSeverities.values.error})
ORDER BY Time DESC, RecordID DESC;`,
  parameters: ["siteCode"],
  reads: [statusMessageView],
  answers: { message: "whole", time: "time", severity: "whole or NULL", part: "whole" },
};

/**
 * Reads the task's status messages of late from the site database that the session is in, oldest first.
 * Rejects when the session is lost.
 */
export async function readTaskMessages(
  sql: SqlRunner,
  { siteCode, task }: { readonly siteCode: string; readonly task: Asking["task"] },
): Promise<Fact<readonly TaskMessage[]>> {
  const answer = await ask(sql, messages, { task, values: { siteCode } });
  if (answer.is !== "known") return answer;
  const told = answer.value.flatMap((row): readonly TaskMessage[] => {
    const [id, at] = [numberCell(row, "message"), utcCell(row, "time")];
    if (id === undefined || at === undefined) return [];
    const isError = numberCell(row, "severity") === messageSeverities.values.error;
    return [{ id, at, isError, isOfDatabase: numberCell(row, "part") === 1 }];
  });
  return known(told.toReversed());
}

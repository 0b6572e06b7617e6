/** One line of a server component's log. */
export interface LogEntry {
  readonly component: string;
  readonly atMs: number;
  readonly thread: number;
  readonly text: string;
}

/**
 * A line as the components of a site server write it: the text, then component, local time with the bias
 * in minutes, and the thread. The site server of the lab keeps UTC, so the bias is nought.
 */
export function logLine({ component, atMs, thread, text }: LogEntry): string {
  const id = `${thread} (0x${thread.toString(16).toUpperCase()})`;
  return `${text}  $$<${component}><${logTime(atMs)}+000><thread=${id}>\r\n`;
}

function logTime(atMs: number): string {
  const [date, time] = new Date(atMs).toISOString().slice(0, -1).split("T");
  const [year, month, day] = date!.split("-");
  return `${month}-${day}-${year} ${time}`;
}

/** A status message, as it stands in a log between other lines. */
export interface StatusMessage {
  readonly id: number;
  readonly severity: "I" | "W" | "E";
  readonly component: string;
  readonly atMs: number;
  readonly thread: number;
  readonly inserts?: readonly string[];
}

/** The text of a status message in a log; GMTDATE is UTC whatever the line around it says. */
export function statusText(message: StatusMessage): string {
  const inserts = Array.from({ length: 10 }, (_, at) => `ISTR${at}="${message.inserts?.[at] ?? ""}"`);
  const facts = [
    `STATMSG: ID=${message.id} SEV=${message.severity} LEV=M SOURCE="SMS Server"`,
    `COMP="${message.component}" SYS=cm01.lab SITE=PS1 PID=4804 TID=${message.thread}`,
    `GMTDATE=${gmtDate(message.atMs)}`,
  ];
  return [...facts, ...inserts, "NUMATTRS=0"].join(" ");
}

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function gmtDate(atMs: number): string {
  const at = new Date(atMs);
  const day = String(at.getUTCDate()).padStart(2, "0");
  const time = at.toISOString().slice(11, 23);
  return `${weekdays[at.getUTCDay()]} ${months[at.getUTCMonth()]} ${day} ${time} ${at.getUTCFullYear()}`;
}

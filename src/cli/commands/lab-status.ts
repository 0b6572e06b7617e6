import { formatDuration, formatMinute, minute } from "../../core/base/instant.ts";
import type { RunTextCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { inLab, type LabStatus } from "../world/lab-world.ts";

/** `sitekeep lab status DIR`: which servers run, what time it is there, and what is broken. */
export const run: RunTextCommand = async (call) => {
  const status = await inLab((lab) => lab.labStatus(call.args[0]!));
  return {
    exitCode: exitCode.done,
    text: () => [...serverLines(status), ...clockLines(status), ...incidentLines(status)],
  };
};

function serverLines({ folder, running }: LabStatus): readonly string[] {
  if (running === undefined) return [`No server runs. Start them with: sitekeep lab start ${folder}`];
  const servers = Object.entries(running.ports).map(([host, port]) => `  ${host}  127.0.0.1:${port}`);
  return [`Servers run in process ${running.pid}:`, ...servers];
}

function clockLines({ nowMs, clockOffsetMs, hostClockOffsetMs }: LabStatus): readonly string[] {
  const ahead = clockOffsetMs < minute ? "" : `, ${formatDuration(clockOffsetMs)} ahead of this machine`;
  return [
    `Its clock says ${formatMinute(nowMs)}${ahead}.`,
    ...Object.entries(hostClockOffsetMs)
      .filter(([, offsetMs]) => offsetMs !== 0)
      .map(([host, offsetMs]) => `  ${host} is another ${formatDuration(offsetMs)} ahead.`),
  ];
}

function incidentLines({ incidents }: LabStatus): readonly string[] {
  return [incidents.length === 0 ? "No incident is on." : `Incidents that are on: ${incidents.join(", ")}.`];
}

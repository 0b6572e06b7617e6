import { site } from "../hierarchy.ts";
import { onHost, writeDated } from "../lab-folder.ts";
import { crlf, dayMs } from "../windows-formats.ts";

const scripts: readonly (readonly [name: string, lines: readonly string[]])[] = [
  ["Restart components.ps1", ["Restart-Service SMS_SITE_COMPONENT_MANAGER", "Get-Service SMS_*"]],
  ["Clean old logs.ps1", ["$limit = (Get-Date).AddDays(-30)", "Get-ChildItem D:\\OldLogs | Remove-Item"]],
  ["Tell the monitor.cmd", ["@echo off", "echo %DATE% %TIME% site PS1 >> D:\\Scripts\\told.txt"]],
  ["told.txt", ["site PS1"]],
];

/** The scripts that every administrator has on the site server, and nobody has in version control. */
export function createScripts(lab: string, nowMs: number): void {
  for (const [index, [name, lines]] of scripts.entries()) {
    const path = onHost(lab, site.server, `D:\\Scripts\\${name}`);
    writeDated({ path, bytes: crlf(lines), modifiedMs: nowMs - (index + 1) * 40 * dayMs });
  }
}

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";

import { drives, shares, site, sqlHosts, type SqlHost } from "./hierarchy.ts";
import { toolNames } from "./tools/install-tools.ts";

/** The port of every SQL host of the lab. */
export type LabPorts = Readonly<Record<SqlHost, number>>;

/** While the lab rests, its servers are where nobody listens. */
export const restingPorts: LabPorts = { "sql01.lab": 1, "sqlcas.lab": 1, "sql02.lab": 1 };

/**
 * Writes `machine.yaml`: how the Windows names in the policies are reached on this machine, which programs
 * play the Windows tools, and which executables may be run at all.
 */
export function writeMachineFile(lab: string, ports: LabPorts): void {
  const tool = (name: string): readonly string[] => [process.execPath, join(lab, "bin", `${name}.mjs`)];
  const machine = {
    identity: site.server,
    allow: [process.execPath],
    tools: Object.fromEntries(toolNames.map((name) => [name, tool(name)])),
    servers: Object.fromEntries(sqlHosts.map((host) => [host, `127.0.0.1:${ports[host]}`])),
    certificateAuthority: join(lab, "secrets", "ca.pem"),
    paths: windowsPaths(lab),
  };
  const heading =
    "# Written by the lab at each start. How this machine plays the machines of the hierarchy.\n";
  writeFileSync(join(lab, "machine.yaml"), heading + stringify(machine));
}

/**
 * Writes `admin07.yaml`: by it this machine plays an administrator's computer, which knows nothing of the
 * site.
 */
export function writeAdminMachineFile(lab: string): void {
  const heading = "# How this machine plays the computer of an administrator.\n";
  writeFileSync(join(lab, "admin07.yaml"), heading + stringify({ identity: "admin07.lab" }));
}

/** Windows roots and the local folders behind them. */
function windowsPaths(lab: string): Readonly<Record<string, string>> {
  const paths: Record<string, string> = {};
  for (const drive of drives.cm01) paths[`${drive}:\\`] = join(lab, "hosts", "cm01", drive);
  for (const [host, letters] of Object.entries(drives)) {
    for (const letter of letters) paths[`\\\\${host}.lab\\${letter}$`] = join(lab, "hosts", host, letter);
  }
  for (const [share, folder] of Object.entries(shares)) paths[share] = join(lab, ...folder.split("/"));
  return paths;
}

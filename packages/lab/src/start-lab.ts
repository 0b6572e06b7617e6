import { join } from "node:path";

import { labAt } from "./create-lab.ts";
import { sqlHosts, type SqlHost } from "./hierarchy.ts";
import { incidentsAt } from "./incidents/catalogue.ts";
import { LabError } from "./lab-error.ts";
import { hostFolder } from "./lab-folder.ts";
import { readServerCertificate } from "./lab-secrets.ts";
import { watchState } from "./lab-state.ts";
import { restingPorts, writeMachineFile, type LabPorts } from "./machine-file.ts";
import { removeRunning, runningServers, writeRunning } from "./running-lab.ts";
import { startInstance, type RunningInstance } from "./sql/instance.ts";
import { installTools } from "./tools/install-tools.ts";

/** A lab whose servers answer. */
export interface RunningLab {
  readonly ports: LabPorts;
  /** Stops the servers; the lab on disk stays. */
  close(): Promise<void>;
}

export interface StartOptions {
  /** Hears one line for each server that has come up. */
  onLine(text: string): void;
}

/**
 * Starts the SQL Servers of a lab on free ports of this machine, and writes where they listen to
 * `running.json` and `machine.yaml`. Clocks and incidents are looked up as they change.
 */
export async function startLab(folder: string, { onLine }: StartOptions): Promise<RunningLab> {
  const lab = labAt(folder);
  refuseSecondStart(lab);
  const state = watchState(lab);
  const tls = readServerCertificate(lab);
  const started: { host: SqlHost; instance: RunningInstance }[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(started.map(({ instance }) => instance.close()));
    removeRunning(lab);
    writeMachineFile(lab, restingPorts);
  };
  try {
    for (const host of sqlHosts) {
      const clock = (): number => state.now(host);
      const incidents = (): readonly string[] => incidentsAt(host, state.incidents());
      const options = { port: 0, clock, incidents, settings: () => state.settings(), tls };
      const instance = await startInstance(hostFolder(lab, host), options);
      started.push({ host, instance });
      onLine(`${host} listens on 127.0.0.1:${instance.port}`);
    }
  } catch (thrown) {
    await close();
    throw thrown;
  }
  const ports = Object.fromEntries(started.map(({ host, instance }) => [host, instance.port])) as LabPorts;
  installTools(lab);
  writeMachineFile(lab, ports);
  writeRunning(lab, { pid: process.pid, ports });
  onLine(`Policies: ${join(lab, "policies")}; machine file: ${join(lab, "machine.yaml")}`);
  return { ports, close };
}

function refuseSecondStart(lab: string): void {
  const running = runningServers(lab);
  if (running === undefined) return;
  throw new LabError(`The lab in ${lab} is running already, in process ${running.pid}. Stop that one first.`);
}

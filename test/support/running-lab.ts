import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { incidentsAt } from "../../packages/lab/src/incidents/catalogue.ts";
import { readServerCertificate } from "../../packages/lab/src/lab-secrets.ts";
import { updateState, watchState } from "../../packages/lab/src/lab-state.ts";
import { restingPorts, writeMachineFile } from "../../packages/lab/src/machine-file.ts";
import type { ServerLanguage, ServerSettings } from "../../packages/lab/src/sql/server-settings.ts";
import { type RunningInstance, startInstance } from "../../packages/lab/src/sql/instance.ts";
import { withLab } from "../../packages/lab/test/made-lab.ts";

/** A lab whose SQL Servers answer, within this process and on free ports. */
export interface RunningLab {
  readonly folder: string;
  /** Turns incidents of the servers on, for as long as the work takes. */
  during<Result>(incidents: readonly string[], work: () => Promise<Result>): Promise<Result>;
  /** Strips the login `sitekeep` of rights, and sets the servers' language, for as long as the work takes. */
  without<Result>(
    rights: readonly string[],
    language: ServerLanguage,
    work: () => Promise<Result>,
  ): Promise<Result>;
}

/** Servers look at the lab's state no more often than this. */
const noticedAfterMs = 80;

/** Makes one small lab for the tests of a file, prepares it, and starts the servers of PS1 and CAS. */
export function withRunningLab(prepare: (folder: string) => void = () => undefined): RunningLab {
  const lab = withLab();
  const running: RunningInstance[] = [];
  let settings: ServerSettings | undefined;
  beforeAll(async () => {
    prepare(lab.folder);
    const state = watchState(lab.folder);
    const ports: Record<string, number> = {};
    for (const host of ["sql01.lab", "sqlcas.lab"]) {
      const instance = await startInstance(join(lab.folder, "hosts", host.split(".")[0]!), {
        port: 0,
        clock: () => state.now(host),
        incidents: () => incidentsAt(host, state.incidents()),
        settings: () => settings ?? state.settings(),
        tls: readServerCertificate(lab.folder),
      });
      running.push(instance);
      ports[host] = instance.port;
    }
    writeMachineFile(lab.folder, { ...restingPorts, ...ports });
  });
  afterAll(async () => {
    for (const instance of running) await instance.close();
  });
  return {
    get folder() {
      return lab.folder;
    },
    async without(rights, language, work) {
      settings = { language, denied: { sitekeep: rights } };
      try {
        return await work();
      } finally {
        settings = undefined;
      }
    },
    async during(incidents, work) {
      updateState(lab.folder, { incidents });
      await pause();
      try {
        return await work();
      } finally {
        updateState(lab.folder, { incidents: [] });
        await pause();
      }
    },
  };
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, noticedAfterMs));
}

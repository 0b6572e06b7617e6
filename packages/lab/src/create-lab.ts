import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";

import { createInstances } from "./databases/create-instances.ts";
import { drives, labSizes, shares, site, sites, sqlHosts, type LabSizeName } from "./hierarchy.ts";
import { LabError } from "./lab-error.ts";
import { hostFolder } from "./lab-folder.ts";
import { createSecrets } from "./lab-secrets.ts";
import { usualVariant, variantOf, type LabVariant } from "./lab-variant.ts";
import { writeState } from "./lab-state.ts";
import { restingPorts, writeAdminMachineFile, writeMachineFile } from "./machine-file.ts";
import { writePolicy } from "./policy-file.ts";
import { createInstallFolder } from "./site/install-folder.ts";
import { createPackages } from "./site/packages.ts";
import { siteRegistry } from "./site/registry-content.ts";
import { writeRegistry } from "./site/registry-model.ts";
import { createScripts } from "./site/scripts-folder.ts";
import { createReportServer } from "./site/report-server.ts";
import { runSiteBackupTask } from "./site/site-backup-task.ts";
import { lastTaskRun } from "./site/task-run.ts";
import { createPublisherDatabases } from "./site/updates-publisher.ts";
import { createUserStates } from "./site/user-state.ts";
import { installTools } from "./tools/install-tools.ts";

export interface LabOrder {
  /** Must not exist, or be empty. */
  readonly folder: string;
  /** The hierarchy's time at the beginning. */
  readonly nowMs: number;
  readonly size?: LabSizeName;
  /** Chooses among the shapes in which real sites differ; without it the lab has the usual ones. */
  readonly seed?: string;
  /** Shapes that are wanted whatever the seed says. */
  readonly variant?: Partial<LabVariant>;
  /** Hears what is being made, a few words at a time. */
  onStep(text: string): void;
}

/**
 * Makes a hierarchy on disk: the site PS1 in full, and the databases of its neighbours. Starts nothing. Gives
 * the shapes that it has.
 */
export async function createLab(order: LabOrder): Promise<LabVariant> {
  const { folder, nowMs, size = "normal", onStep } = order;
  const variant = variantOfOrder(order);
  const lab = emptyFolder(folder);
  const amount = labSizes[size];
  const step = async <T>(text: string, work: () => T | Promise<T>): Promise<T> => {
    onStep(text);
    // A screen that shows the steps gets its turn.
    await setImmediate();
    return work();
  };
  const taskRun = lastTaskRun(nowMs);
  const secrets = await step("secrets and certificates", () => createSecrets(lab, sqlHosts));
  await step("the site server's files and registry", () => {
    createInstallFolder(lab, nowMs);
    createScripts(lab, nowMs);
    writeRegistry(hostFolder(lab, site.server), siteRegistry(nowMs));
  });
  const packages = await step("package sources and the content library", () =>
    createPackages(lab, amount, nowMs),
  );
  await step("databases of three sites", () =>
    createInstances(lab, { size: amount, nowMs, taskRun, packages, secrets, variant }),
  );
  await step("report server, Updates Publisher, user states", () => {
    createReportServer(lab, nowMs, variant);
    createPublisherDatabases(lab, amount, nowMs);
    createUserStates(lab, amount, nowMs);
  });
  await step("the site's own backup task", () => runSiteBackupTask(lab, taskRun, variant));
  await step("policies", () => {
    installTools(lab);
    writePolicy(lab, variant);
    writeMachineFile(lab, restingPorts);
    writeAdminMachineFile(lab);
    writeDescription(lab, { nowMs, size, variant });
  });
  return variant;
}

function variantOfOrder({ seed, variant }: LabOrder): LabVariant {
  return { ...(seed === undefined ? usualVariant : variantOf(seed)), ...variant };
}

function emptyFolder(folder: string): string {
  const lab = resolve(folder);
  if (existsSync(lab) && readdirSync(lab).length > 0) {
    throw new LabError(`${lab} is not empty. A lab is made in a new or empty folder; name another one.`);
  }
  for (const [host, letters] of Object.entries(drives)) {
    for (const letter of letters) mkdirSync(join(lab, "hosts", host, letter), { recursive: true });
  }
  for (const shared of Object.values(shares)) mkdirSync(join(lab, shared), { recursive: true });
  return lab;
}

/** Written last: a folder without `lab.json` is no lab. */
function writeDescription(
  lab: string,
  { nowMs, size, variant }: { nowMs: number; size: LabSizeName; variant: LabVariant },
): void {
  writeState(lab, {
    clockOffsetMs: Math.abs(nowMs - Date.now()) < 60_000 ? 0 : nowMs - Date.now(),
    hostClockOffsetMs: {},
    incidents: [],
    changes: 0,
  });
  const description = {
    version: 1,
    createdAt: nowMs,
    size,
    variant,
    site,
    sites,
    hosts: Object.keys(drives).map((host) => `${host}.lab`),
    shares,
    logins: ["sitekeep", "labadmin", "limited"],
  };
  writeFileSync(join(lab, "lab.json"), JSON.stringify(description, undefined, 2));
}

/** The folder of a lab as an absolute path; anything else is refused. */
export function labAt(folder: string): string {
  const lab = resolve(folder);
  if (existsSync(join(lab, "lab.json"))) return lab;
  throw new LabError(`There is no lab in ${lab}. Make one with \`sitekeep lab create ${folder}\`.`);
}

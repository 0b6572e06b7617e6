import type { Fact } from "../../../core/base/fact.ts";
import { fails, holds, type Precondition, untold } from "../../../core/model/precondition.ts";
import type { Problem } from "../../../core/base/problem.ts";
import {
  backupService,
  localSystemService,
  serviceStates,
  siteServices,
  stateWords,
  taskAlert,
  writerIds,
  writerService,
} from "../../../core/outside/site/site-services.ts";
import type { ListedWriter } from "../../access/formats/writer-list.ts";
import type { Means } from "../../driver.ts";
import {
  askServiceAccount,
  askServiceState,
  askWriters,
  hasWriterFailed,
  type ServicePlace,
} from "./services.ts";

/**
 * Looks at what the task needs on the site server: the SMS Writer, the writers of VSS, the site's services.
 */
export async function examineTask(place: ServicePlace, means: Means): Promise<readonly Precondition[]> {
  const state = (name: string) => askServiceState(name, place, means);
  const writer = await state(writerService.name);
  const account = await askServiceAccount(writerService.name, place, means);
  const writers = place.server === undefined ? await askWriters(place, means) : undefined;
  const task = await state(backupService.name);
  const services: Precondition[] = [];
  for (const name of siteServices.names)
    services.push(ofSiteService(name, { found: await state(name), task, place }));
  return [
    ofWriter(writer, place),
    ofAccount(account, place),
    ...ofWriters(writers, place),
    ...services,
    untold("the console warns when the task fails", alertUnseen(place)),
  ];
}

const { running } = serviceStates;

function ofWriter(found: Fact<number>, place: ServicePlace): Precondition {
  const says = `the SMS Writer runs (${writerService.name})`;
  if (found.is === "unknown") return untold(says, found.why);
  if (found.is === "known" && found.value === running) return holds(says);
  const state = found.is === "absent" ? "is not there" : `is ${stateWords(found.value)}`;
  return fails(says, {
    code: "task-writer-unfit",
    severity: "risk",
    message: `The SMS Writer ${state}: without it the task makes no snapshot of the site.`,
    where: place.where,
    hint: `Start it: ${scCall(place)} start ${writerService.name}`,
  });
}

function ofAccount(found: Fact<string>, place: ServicePlace): Precondition {
  const says = "the SMS Writer runs as the local system";
  if (found.is === "unknown") return untold(says, found.why);
  if (found.is === "known" && found.value.toLowerCase() === localSystemService.name.toLowerCase())
    return holds(says);
  return fails(says, {
    code: "task-writer-unfit",
    severity: "risk",
    message: `The SMS Writer ${found.is === "absent" ? "is not there" : `runs as ${found.value}`}, and has to run as the local system.`,
    where: place.where,
    hint: `${scCall(place)} config ${writerService.name} obj= ${localSystemService.name}, and start it anew.`,
  });
}

function ofWriters(
  found: Fact<readonly ListedWriter[]> | undefined,
  place: ServicePlace,
): readonly Precondition[] {
  const all = [
    ["the SMS Writer of VSS is in no failed state", writerIds.site],
    ["the writer of SQL Server is in no failed state", writerIds.sql],
  ] as const;
  if (found === undefined || found.is !== "known")
    return all.map(([says]) => untold(says, found?.is === "unknown" ? found.why : writersElsewhere(place)));
  return all.flatMap(([says, id]): readonly Precondition[] => {
    const writer = found.value.find((it) => it.id === id);
    // SQL Server may be on another machine.
    if (writer === undefined && id === writerIds.sql) return [];
    if (writer !== undefined && !hasWriterFailed(writer.state)) return [holds(says)];
    return [fails(says, writerFailed(writer, place))];
  });
}

function writerFailed(writer: ListedWriter | undefined, { where }: ServicePlace): Problem {
  return {
    code: "task-writer-unfit",
    severity: "risk",
    message:
      writer === undefined
        ? "VSS does not list the SMS Writer: the task can make no snapshot of the site."
        : `The writer {${writer.id}} of VSS has failed (state ${writer.state}): the task's next snapshot fails, too.`,
    where,
    hint: `Restart the service of the writer (${writerService.name}, or SQLWriter), and look at \`vssadmin list writers\` again.`,
  };
}

function ofSiteService(
  name: string,
  {
    found,
    task,
    place,
  }: { readonly found: Fact<number>; readonly task: Fact<number>; readonly place: ServicePlace },
): Precondition {
  const says = `${name} runs again after the task's last snapshot`;
  if (found.is === "unknown") return untold(says, found.why);
  if (found.is === "known" && found.value === running) return holds(says);
  const state = found.is === "absent" ? "is not there" : `is ${stateWords(found.value)}`;
  const why: Problem = {
    code: "task-services-down",
    severity: "risk",
    message: `The service ${name} ${state}. The SMS Writer stops the site's services for the snapshot, and starts them again.`,
    where: place.where,
    hint: `Read smswriter.log, then: ${scCall(place)} start ${name}`,
  };
  // While the task is at work they may be stopped for a moment.
  return task.is === "known" && task.value !== serviceStates.stopped ? untold(says, why) : fails(says, why);
}

function scCall({ server }: ServicePlace): string {
  return server === undefined ? "sc" : `sc \\\\${server}`;
}

function writersElsewhere({ where, server }: ServicePlace): Problem {
  return {
    code: "service-unknown",
    severity: "risk",
    message: `The writers of VSS on ${server} can't be asked from another machine.`,
    where,
    hint: "Run `vssadmin list writers` there.",
  };
}

function alertUnseen({ where }: ServicePlace): Problem {
  return {
    code: "task-alert-unknown",
    severity: "risk",
    message:
      "Whether the console warns when the task fails could not be checked: where the site keeps that is not public.",
    where,
    hint: `Look in the console: ${taskAlert.place}, "${taskAlert.id}".`,
  };
}

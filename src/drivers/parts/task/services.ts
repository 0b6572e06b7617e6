import { absent, asFact, known, unknown } from "../../../core/base/fact.ts";
import type { Fact } from "../../../core/base/fact.ts";
import { minute } from "../../../core/base/instant.ts";
import { ProblemError, type Problem } from "../../../core/base/problem.ts";
import { aboutMachine } from "../../../core/base/subject.ts";
import {
  serviceControl,
  serviceErrors,
  writerFailures,
  writerList,
  writerListEnd,
} from "../../../core/outside/site/site-services.ts";
import { serviceAccount, serviceError, serviceState } from "../../access/formats/service-answer.ts";
import { type ListedWriter, parseWriters } from "../../access/formats/writer-list.ts";
import type { Means, ToolName, ToolResult } from "../../driver.ts";
import { isElsewhere } from "../session/this-machine.ts";

/** Whose services are asked for. */
export interface ServicePlace {
  /** The machine, where it is not this one. */
  readonly server?: string;
  readonly where: string;
}

/** Where the services of a source's machine are asked for. A name of this machine needs none. */
export function placeFor(on: string | undefined, where: string, means: Means): ServicePlace {
  return isElsewhere(on, means) ? { server: on, where } : { where };
}

/** The state of a service by its number; absent: the machine has no such service. */
export function askServiceState(name: string, place: ServicePlace, means: Means): Promise<Fact<number>> {
  return askService(serviceControl.state, { name, read: serviceState }, place, means);
}

/** The account that a service runs as. */
export function askServiceAccount(name: string, place: ServicePlace, means: Means): Promise<Fact<string>> {
  return askService(serviceControl.settings, { name, read: serviceAccount }, place, means);
}

async function askService<Value>(
  verb: string,
  { name, read }: { readonly name: string; readonly read: (text: string) => Value | undefined },
  place: ServicePlace,
  means: Means,
): Promise<Fact<Value>> {
  const result = await asFact(async () => known(await run("sc", [...machineArgs(place), verb, name], means)));
  if (result.is !== "known") return result;
  const error = errorOf(result.value);
  if (error === serviceErrors.absent) return absent;
  if (error !== serviceErrors.done) return unknown(refused(name, error, place));
  const value = read(result.value.stdout);
  return value === undefined ? unknown(notUnderstood(name, place)) : known(value);
}

/**
 * Starts a service. `running`: it runs already. Throws a problem where Windows refuses, or sc.exe can't be
 * run.
 */
export async function startService(
  name: string,
  place: ServicePlace,
  means: Means,
): Promise<"started" | "running"> {
  const result = await run("sc", [...machineArgs(place), serviceControl.start, name], means);
  const error = errorOf(result);
  if (error === serviceErrors.running) return "running";
  if (error !== serviceErrors.done) throw new ProblemError(refused(name, error, place));
  return "started";
}

/** The writers of VSS on this machine, with their states. */
export async function askWriters(
  { where }: Pick<ServicePlace, "where">,
  means: Means,
): Promise<Fact<readonly ListedWriter[]>> {
  const result = await asFact(async () => known(await run("vssadmin", writerList.args, means)));
  if (result.is !== "known") return result;
  const { stdout, exitCode } = result.value;
  const writers = parseWriters(stdout);
  if (exitCode === writerListEnd.good && writers.length > 0) return known(writers);
  return unknown({
    code: "service-unknown",
    severity: "risk",
    message: `vssadmin could not list the writers of VSS (it ended with ${exitCode}).`,
    where,
    hint: "Run `vssadmin list writers` as the account that runs sitekeep: it asks for an administrator (docs/permissions.md).",
    about: aboutMachine({ kind: "tool", name: "vssadmin" }),
  });
}

/** Whether a state of a writer tells that it failed. */
export function hasWriterFailed(state: number): boolean {
  return state >= writerFailures.first && state <= writerFailures.last;
}

function machineArgs({ server }: ServicePlace): readonly string[] {
  return server === undefined ? [] : [`\\\\${server}`];
}

/**
 * The number that the tool prints counts before the one that it ends with, of which some systems cut a part.
 */
function errorOf({ exitCode, stdout, stderr }: ToolResult): number {
  if (exitCode === serviceErrors.done) return exitCode;
  return serviceError(`${stdout}\n${stderr}`) ?? exitCode;
}

function run(tool: ToolName, args: readonly string[], means: Means): Promise<ToolResult> {
  return means.runTool(tool, args, { timeoutMs: minute });
}

function refused(name: string, error: number, { server, where }: ServicePlace): Problem {
  const machine = server ?? "this machine";
  const known: Readonly<Record<number, readonly [says: string, hint: string]>> = {
    [serviceErrors.denied]: [
      "this account may not",
      `Give it the right on the service, or make it an administrator of ${machine} (docs/permissions.md).`,
    ],
    [serviceErrors.disabled]: [
      "the service is disabled",
      `Set it to start by hand: sc ${server === undefined ? "" : `\\\\${server} `}config ${name} start= demand`,
    ],
    [serviceErrors.absent]: [
      "there is no such service",
      "Name the active site server: `on:` of the task's source, or `servers` of the site.",
    ],
    [serviceErrors.unreachable]: [
      "the machine does not answer",
      `See whether ${machine} runs, and whether its firewall lets remote administration of services in.`,
    ],
  };
  const [says, hint] = known[error] ?? [`Windows error ${error}`, `Run \`sc query ${name}\` there by hand.`];
  return {
    code: "service-unknown",
    severity: "risk",
    message: `The service ${name} on ${machine} could not be asked or started: ${says} (${error}).`,
    where,
    hint,
    about: aboutMachine({ kind: "tool", name: `sc ${machine} ${name}` }),
  };
}

function notUnderstood(name: string, { server, where }: ServicePlace): Problem {
  return {
    code: "service-unknown",
    severity: "risk",
    message: `What sc.exe tells of ${name} on ${server ?? "this machine"} is not understood.`,
    where,
    hint: `Run \`sc query ${name}\` there by hand.`,
    about: aboutMachine({ kind: "tool", name: `sc ${server ?? ""} ${name}` }),
  };
}

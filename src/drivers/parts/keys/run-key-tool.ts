import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { minute } from "../../../core/base/instant.ts";
import { ProblemError } from "../../../core/base/problem.ts";
import { keyToolPlaces } from "../../../core/outside/site/report-server-places.ts";
import { keyToolEnd, keyToolOptions, keyToolQuestion } from "../../../core/outside/site/report-server.ts";
import type { Means } from "../../driver.ts";
import { isElsewhere } from "../session/this-machine.ts";

/** The key of a report server, as it is asked for. */
export interface AskedKey {
  /** What its file is called, without an ending. */
  readonly name: string;
  readonly instance: string;
  /** The machine of the report server. Absent: this one. */
  readonly on: string | undefined;
  /** What the key is protected with once it has left the server. */
  readonly password: string;
  readonly where: string;
}

/**
 * Extracts the key of a report server with `rskeymgmt`, which asks the report server of its own machine and
 * takes the password as an argument. Rejects with a problem where it gave no key, and where it would give the
 * key of another server.
 */
export async function runKeyTool(asked: AskedKey, means: Means): Promise<Uint8Array> {
  const { name, instance, on, password, where } = asked;
  if (isElsewhere(on, means) && !means.isToolNamed("rskeymgmt")) throw wouldAskThisMachine(on, where);
  const file = join(await means.temporaryFolder(), `${name}.snk`);
  const { extract: verb, file: toFile, password: under, instance: of } = keyToolOptions;
  const args = [verb, toFile, file, under, password, of, instance];
  const places = keyToolPlaces(instance).map((it) => means.localPath(it));
  const options = { timeoutMs: 2 * minute, input: keyToolQuestion.answer, places };
  const { exitCode } = await means.runTool("rskeymgmt", args, options).catch((thrown: unknown) => {
    throw thrown instanceof ProblemError ? notRun(thrown, asked) : thrown;
  });
  const bytes = exitCode === keyToolEnd.good ? await readFile(file).catch(() => undefined) : undefined;
  if (bytes === undefined || bytes.length === 0) throw keyFailed(where, exitCode);
  return bytes;
}

/** Adds where the tool of the instance lies: it is not on the path of Windows. */
function notRun({ problem }: ProblemError, { instance, on, where }: AskedKey): ProblemError {
  const usual = keyToolPlaces(instance).join(" or ");
  const lies = `The tool of this instance usually lies on ${on ?? "the report server"}, as ${usual}.`;
  return new ProblemError({ ...problem, where, hint: `${problem.hint ?? ""} ${lies}`.trim() });
}

function wouldAskThisMachine(on: string, where: string): ProblemError {
  return new ProblemError({
    code: "reporting-key-failed",
    severity: "error",
    message: `The encryption key of the report server on ${on} is not extracted: rskeymgmt works only on the report server itself, and here it would give the key of another one, or none.`,
    where,
    hint: `Run sitekeep on ${on} for this source (\`identity: ${on}\` in its machine file), or name in this machine's file a script that runs rskeymgmt there and hands the file over: \`tools: { rskeymgmt: ['D:\\scripts\\key-of-report-server.cmd'] }\`.`,
  });
}

/** The tool's own text stays out: nobody promises that it does not repeat its arguments. */
function keyFailed(where: string, exitCode: number): ProblemError {
  return new ProblemError({
    code: "reporting-key-failed",
    severity: "error",
    message: `rskeymgmt could not extract the encryption key (it ended with ${exitCode}).`,
    where,
    hint: "It works only on the report server itself, for a local administrator, while the service runs: run sitekeep there, or let the machine file's tools.rskeymgmt run it there.",
  });
}

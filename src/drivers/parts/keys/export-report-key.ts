import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { minute } from "../../../core/base/instant.ts";
import { type Problem, ProblemError } from "../../../core/base/problem.ts";
import type { Sink } from "../../../core/model/offer.ts";
import type { ReportingServer } from "../../../core/model/policy/source.ts";
import { keyToolPlaces } from "../../../core/outside/site/report-server-places.ts";
import { keyToolEnd, keyToolOptions, keyToolQuestion } from "../../../core/outside/site/report-server.ts";
import type { Means, ObserveRequest } from "../../driver.ts";
import { placeOf } from "../session/sql-session.ts";
import { exportPassword } from "./export-password.ts";
import { keyFilePassword } from "./key-file-password.ts";

/** Offers the key of a report server under a password of its own, and answers with its file's name. */
export async function exportReportKey(
  { source, site }: ObserveRequest<ReportingServer>,
  { password: reference, instance }: NonNullable<ReportingServer["encryptionKey"]>,
  { means, sink }: { readonly means: Means; readonly sink: Sink },
): Promise<string> {
  const where = placeOf(site, source);
  const name = means.nonce();
  if (reference === undefined && !means.sealed) throw notSealed(where);
  const secret = reference && (await means.secret(reference));
  // A password in the policy needs no salt beside the file: the file's name is one.
  const made = secret === undefined ? await exportPassword(means, undefined) : undefined;
  const password = made?.password ?? (await keyFilePassword(secret!, name));
  means.conceal(password);
  const file = join(await means.temporaryFolder(), `${name}.snk`);
  const tool = { places: keyToolPlaces(instance), on: source.on, where };
  const bytes = await extract({ file, password, instance, tool }, means);
  if (typeof bytes === "number") throw keyFailed(where, bytes);
  await offer(sink, `encryption-key/${name}.snk`, bytes, means);
  const text = new TextEncoder().encode(made?.kept.text ?? "");
  if (made) await offer(sink, `encryption-key/${name}.${made.kept.ending}`, text, means);
  return name;
}

/** A key tool that the machine file may not name, and where the product's setup puts it. */
interface KeyTool {
  readonly places: readonly string[];
  readonly on: string | undefined;
  readonly where: string;
}

interface Extraction {
  readonly file: string;
  readonly password: string;
  readonly instance: string;
  readonly tool: KeyTool;
}

/** The extracted key, or how the tool ended that gave none. */
async function extract(
  { file, password, instance, tool }: Extraction,
  means: Means,
): Promise<Uint8Array | number> {
  const { extract: verb, file: toFile, password: under, instance: of } = keyToolOptions;
  const args = [verb, toFile, file, under, password, of, instance];
  const input = keyToolQuestion.answer;
  const options = { timeoutMs: 2 * minute, input, places: placesHere(tool, means) };
  const { exitCode } = await means.runTool("rskeymgmt", args, options).catch((thrown: unknown) => {
    throw thrown instanceof ProblemError ? notRun(thrown, tool) : thrown;
  });
  const bytes = exitCode === keyToolEnd.good ? await readFile(file).catch(() => undefined) : undefined;
  return bytes && bytes.length > 0 ? bytes : exitCode;
}

/** Places of the tool on this machine, where it is the report server: elsewhere it would ask this machine. */
function placesHere({ places, on }: KeyTool, means: Means): readonly string[] {
  return places.map((it) => means.localPath(it)).filter((it, at) => it === means.localPath(places[at]!, on));
}

async function offer(sink: Sink, path: string, bytes: Uint8Array, means: Means): Promise<void> {
  const locator = { bytes };
  const size = bytes.length;
  await sink.offer({ type: "file", path, modifiedAt: means.now(), size, locator, essential: true });
}

/** Says that the policy does not ask for the key. */
export function keyNotAsked(where: string): Problem {
  return {
    code: "reporting-key-missing",
    severity: "risk",
    message: "The report server's encryption key is not captured: stored passwords in reports would be lost.",
    where,
    hint: "Add encryptionKey: {} to the source.",
  };
}

function notSealed(where: string): ProblemError {
  return new ProblemError({
    code: "key-password-missing",
    severity: "error",
    message:
      "The report server's encryption key is not exported: a repository that it goes to is not encrypted, and the policy names no password to protect it with.",
    where,
    hint: "Add encryptionKey: { password: { file: … } } to the source, or encrypt the repositories.",
  });
}

/** Adds where the tool of the instance lies: it is not on the path of Windows. */
function notRun({ problem }: ProblemError, { places, on, where }: KeyTool): ProblemError {
  const server = on ?? "the report server";
  const hint = `${problem.hint ?? ""} The tool of this instance usually lies on ${server}, as ${places.join(" or ")}.`;
  return new ProblemError({ ...problem, where, hint: hint.trim() });
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

import { type Problem, ProblemError } from "../../../core/base/problem.ts";
import type { Sink } from "../../../core/model/offer.ts";
import type { ReportingServer } from "../../../core/model/policy/source.ts";
import type { Means, ObserveRequest } from "../../driver.ts";
import { placeOf } from "../session/sql-session.ts";
import { exportPassword } from "./export-password.ts";
import { keyFilePassword } from "./key-file-password.ts";
import { askReportServer } from "./ask-report-server.ts";
import { type AskedKey, runKeyTool } from "./run-key-tool.ts";

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
  const bytes = await readKey({ name, instance, on: source.on, password, where }, means);
  await offer(sink, `encryption-key/${name}.snk`, bytes, means);
  const text = new TextEncoder().encode(made?.kept.text ?? "");
  if (made) await offer(sink, `encryption-key/${name}.${made.kept.ending}`, text, means);
  return name;
}

/** The key through WMI; where that gives none by the tool, whose command line shows the password. */
async function readKey(asked: AskedKey, means: Means): Promise<Uint8Array> {
  const told = await askReportServer(asked, means);
  if (told.is === "known") return told.value;
  return runKeyTool(asked, means).catch((thrown: unknown) => {
    throw thrown instanceof ProblemError && told.is === "unknown" ? bothFailed(thrown, told.why) : thrown;
  });
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

/** Tells what kept both ways from giving the key: either may be the one to mend. */
function bothFailed({ problem }: ProblemError, why: Problem): ProblemError {
  const hint = `${problem.hint} ${why.hint}`;
  return new ProblemError({ ...problem, message: `${problem.message} ${why.message}`, hint });
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

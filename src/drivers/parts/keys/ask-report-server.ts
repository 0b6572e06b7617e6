import { minute } from "../../../core/base/instant.ts";
import { asFact, type Fact, known, unknown } from "../../../core/base/fact.ts";
import type { Problem } from "../../../core/base/problem.ts";
import { keyMethod, powerShellOptions } from "../../../core/outside/site/report-server-wmi.ts";
import { readReportKeyAnswer, type ReportKeyAnswer } from "../../access/formats/report-key-answer.ts";
import type { Means } from "../../driver.ts";
import { isElsewhere } from "../session/this-machine.ts";
import { reportKeyScript } from "./report-key-script.ts";
import type { AskedKey } from "./run-key-tool.ts";

/**
 * Asks a report server for its key through WMI, here or on another machine. The password goes over standard
 * input, and to another machine encrypted. Unknown: why no key came.
 */
export async function askReportServer(asked: AskedKey, means: Means): Promise<Fact<Uint8Array>> {
  const { instance, on, password } = asked;
  const server = isElsewhere(on, means) ? { server: on } : {};
  const input = reportKeyScript({ instance, password, ...server });
  const options = { timeoutMs: minute, input };
  const ended = await asFact(async () =>
    known(await means.runTool("powershell", powerShellOptions.args, options)),
  );
  if (ended.is !== "known") return ended;
  const answer = readReportKeyAnswer(ended.value.stdout);
  const why = whyNoKey(answer, ended.value.exitCode);
  return why === undefined ? known(answer.key!) : unknown(noKey(asked, why));
}

/** The server's own words stay out: nobody promises that they do not repeat the password. */
function whyNoKey(
  { instances, result, length, key, failure }: ReportKeyAnswer,
  exitCode: number,
): string | undefined {
  if (failure !== undefined) return `WMI could not be asked (${hex(failure)})`;
  if (instances === undefined) return `PowerShell ended with ${exitCode} and told nothing`;
  if (instances === 0) return "there is no such instance";
  if (result === undefined) return "what the server answered is not understood";
  if (result !== keyMethod.good) return `the server refused it (${hex(result)})`;
  if (key === undefined) return "the server gave none";
  return length === key.length
    ? undefined
    : `${key.length} bytes came, and the server told of ${length ?? "no number"}`;
}

function hex(result: number): string {
  return `0x${(result >>> 0).toString(16).toUpperCase().padStart(8, "0")}`;
}

function noKey({ instance, on, where }: AskedKey, why: string): Problem {
  return {
    code: "reporting-key-failed",
    severity: "error",
    message: `The encryption key of the report server ${instance}${on === undefined ? "" : ` on ${on}`} did not come through WMI: ${why}.`,
    where,
    hint: "It asks for a local administrator of the report server, for its service to run, and for the right instance (encryptionKey: { instance: … }); on another machine also for its firewall to let Windows Management Instrumentation in.",
  };
}

import { incidentsAt } from "../incidents/catalogue.ts";
import { readState } from "../lab-state.ts";
import { readVariant } from "../lab-variant.ts";
import { listServices } from "../windows/services.ts";
import type { ToolResult } from "./reg.ts";
import { sealServerKey } from "./rskeymgmt.ts";

/**
 * Plays `powershell.exe` for one kind of script: one that asks the WMI provider of a report server for its
 * encryption key. It is no PowerShell. It reads a script from its standard input (`-Command -`), sees that
 * all is named in it by which the provider is documented, and answers as the provider of the lab's report
 * server would. What is behind the script's first line is what it reads from the console.
 */
export function powershell(lab: string, args: readonly string[], input: () => string): ToolResult {
  const command = args.findIndex((it) => it.toLowerCase() === "-command");
  if (command < 0 || args[command + 1] !== "-") return failed("The lab reads scripts by `-Command -` alone.");
  const [script = "", password = ""] = input().split(/\r?\n/);
  const missing = documented.filter((name) => !script.toLowerCase().includes(name.toLowerCase()));
  if (missing.length > 0) return failed(`The script does not name ${missing.join(", ")}.`);
  const lines = askProvider(lab, { ...wantedBy(script), password });
  return { code: 0, stdout: [...heading(lab), ...lines, ""].join("\r\n"), stderr: "" };
}

/** Namespace, class and method, as Microsoft documents them, and the class by which WMI lists namespaces. */
const documented = [
  "root\\Microsoft\\SqlServer\\ReportServer",
  "__NAMESPACE",
  "MSReportServer_ConfigurationSetting",
  "InstanceName",
  "BackupEncryptionKey",
];

/** Numbers of Windows as WMI gives them: signed, in 32 bits. */
const hresults = {
  accessDenied: 0x8007_0005 | 0,
  serverUnavailable: 0x8007_06ba | 0,
  serviceNotActive: 0x8007_0426 | 0,
} as const;

interface Wanted {
  readonly instance: string | undefined;
  /** Another machine than the one where the script runs, which is the report server then. */
  readonly computer: string | undefined;
}

/** Names come into a script as literals in base64. */
function wantedBy(script: string): Wanted {
  const [instance, computer] = [...script.matchAll(/FromBase64String\('([^']*)'\)/gi)].map(([, literal]) =>
    Buffer.from(literal!, "base64").toString("utf8"),
  );
  return { instance, computer };
}

/** What the script writes when the provider has answered, or when asking it has thrown. */
function askProvider(
  lab: string,
  { instance, computer, password }: Wanted & { readonly password: string },
): readonly string[] {
  const incidents = incidentsAt(reportHost, readState(lab).incidents);
  const isHere = computer === undefined || isReportHost(computer);
  if (!isHere || incidents.includes("report-server-away"))
    return [`sitekeep-failure=${hresults.serverUnavailable}`];
  if (incidents.includes("report-key-refused")) return [`sitekeep-failure=${hresults.accessDenied}`];
  if (instance?.toUpperCase() !== readVariant(lab).reportServer) return ["sitekeep-instances=0"];
  if (password === "") return ["sitekeep-instances=1"];
  const isRunning = listServices(lab, reportHost).every((it) => it.isRunning);
  const key = isRunning ? sealServerKey(lab, password) : undefined;
  return [
    "sitekeep-instances=1",
    `sitekeep-hresult=${key === undefined ? hresults.serviceNotActive : 0}`,
    `sitekeep-length=${key?.length ?? 0}`,
    ...(key === undefined ? [] : [`sitekeep-key=${key.toString("base64")}`]),
  ];
}

const reportHost = "ssrs01.lab";

function isReportHost(name: string): boolean {
  return [reportHost, reportHost.split(".")[0]].includes(name.toLowerCase());
}

/** A host may write before a script does, as profiles and policies of a machine make it. */
function heading(lab: string): readonly string[] {
  return readVariant(lab).windowsLanguage === "german" ? ["WARNUNG: Version 2.0 ist veraltet."] : [];
}

function failed(sentence: string): ToolResult {
  return { code: 1, stdout: "", stderr: `${sentence}\r\n` };
}

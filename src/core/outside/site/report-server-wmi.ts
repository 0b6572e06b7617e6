import type { OutsideFact } from "../facts/outside-fact.ts";
import {
  keyMethodPage,
  powerShellPage,
  reportServerModule,
  reportServerWmiPage,
} from "../facts/witnesses.ts";

const keyOtherwise = "the key is asked of rskeymgmt; where that gives none either, both are told";

/** The class of WMI that administers a report server. */
export const configurationSetting = {
  id: "WMI MSReportServer_ConfigurationSetting",
  kind: "WMI",
  says: "one for each instance, in `root\\Microsoft\\SqlServer\\ReportServer\\RS_<instance>\\v<version>\\Admin`; the instance is written there in an encoding, and in full as `InstanceName`",
  versions: "2008 and later; v13 is 2016, v14 2017, v15 2019",
  witnesses: [reportServerWmiPage, reportServerModule],
  confidence: 95,
  otherwise: keyOtherwise,
  root: "root\\Microsoft\\SqlServer\\ReportServer",
  below: "Admin",
  class: "MSReportServer_ConfigurationSetting",
  instance: "InstanceName",
} as const satisfies OutsideFact & Record<string, unknown>;

/** The method that gives the key. */
export const keyMethod = {
  id: "MSReportServer_ConfigurationSetting.BackupEncryptionKey",
  kind: "WMI",
  says: "takes a password; gives KeyFile, the bytes that rskeymgmt writes into its file, Length, their number, and HRESULT, which is 0 where it went well",
  versions: "2005 and later",
  witnesses: [keyMethodPage, reportServerModule],
  confidence: 95,
  otherwise: keyOtherwise,
  method: "BackupEncryptionKey",
  key: "KeyFile",
  length: "Length",
  result: "HRESULT",
  good: 0,
} as const satisfies OutsideFact & Record<string, unknown>;

/** How Windows PowerShell is told to run what it reads. */
export const powerShellOptions = {
  id: "powershell.exe -Command -",
  kind: "option",
  says: "runs the lines of its standard input one by one, asks nobody and reads no profile; a line may read the one behind it",
  versions: "Windows PowerShell 5.1 and before; PowerShell 7 has no Get-WmiObject",
  witnesses: [powerShellPage],
  confidence: 88,
  otherwise: keyOtherwise,
  args: [
    "-NoLogo",
    "-NoProfile",
    "-NonInteractive",
    "-InputFormat",
    "Text",
    "-OutputFormat",
    "Text",
    "-Command",
    "-",
  ],
} as const satisfies OutsideFact & Record<string, unknown>;

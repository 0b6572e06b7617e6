import { file } from "../facts/file-fact.ts";
import type { OutsideFact } from "../facts/outside-fact.ts";
import {
  keyToolScripts,
  reportServerFilesPage,
  reportServerScripts,
  reportServerSettingsPage,
} from "../facts/witnesses.ts";

/** A product that serves reports, and where its setup puts it on the report server's own drive. */
interface ReportServerPlaces extends OutsideFact {
  readonly kind: "layout";
  /** Folders with configuration files and `bin`, the newest version first. `%` stands for the instance. */
  readonly folders: readonly string[];
}

/** Where a product's setup puts `rskeymgmt`. */
interface KeyToolPlaces extends OutsideFact {
  readonly kind: "layout";
  /** Paths on the report server, the likeliest first. */
  readonly tools: readonly string[];
}

const folderOtherwise =
  "the source says that the folder is not there and where it was looked for; the policy's `folders` names another";
const toolOtherwise =
  "the machine file's `tools.rskeymgmt` names it; without it the key is not captured, which is told";

/** Instances of Reporting Services since 2017. */
export const servicesPlaces = {
  id: "SSRS\\ReportServer",
  kind: "layout",
  says: "the folder of the instance `SSRS`, in `C:\\Program Files\\Microsoft SQL Server Reporting Services`",
  versions: "2017 and later",
  witnesses: [reportServerSettingsPage, reportServerFilesPage],
  confidence: 97,
  otherwise: folderOtherwise,
  folders: ["C:\\Program Files\\Microsoft SQL Server Reporting Services\\SSRS\\ReportServer"],
} as const satisfies ReportServerPlaces;

/** Power BI Report Server. */
export const powerBiPlaces = {
  id: "PBIRS\\ReportServer",
  kind: "layout",
  says: "the folder of the instance `PBIRS`, in `C:\\Program Files\\Microsoft Power BI Report Server`",
  versions: "Power BI Report Server, which replaces Reporting Services from SQL Server 2025 on",
  witnesses: [reportServerScripts],
  confidence: 93,
  otherwise: folderOtherwise,
  folders: ["C:\\Program Files\\Microsoft Power BI Report Server\\PBIRS\\ReportServer"],
} as const satisfies ReportServerPlaces;

/** Instances of Reporting Services as part of SQL Server. */
export const olderPlaces = {
  id: "MSRS<version>.<instance>\\Reporting Services\\ReportServer",
  kind: "layout",
  says: "the folder of an instance of SQL Server's own setup: MSRS13 is 2016, MSRS12 2014, MSRS11 2012",
  versions: "2012 to 2016",
  witnesses: [reportServerSettingsPage, reportServerFilesPage, reportServerScripts],
  confidence: 92,
  otherwise: folderOtherwise,
  folders: ["13", "12", "11"].map(
    (version) =>
      `C:\\Program Files\\Microsoft SQL Server\\MSRS${version}.%\\Reporting Services\\ReportServer`,
  ),
} as const satisfies ReportServerPlaces;

/** The key tool of Reporting Services since 2017. */
export const servicesKeyTool = {
  id: "Microsoft SQL Server Reporting Services\\Shared Tools\\rskeymgmt.exe",
  kind: "layout",
  says: "the key tool of the instance `SSRS`; no `SSRS` stands in its path",
  versions: "2017 and later",
  witnesses: [keyToolScripts],
  confidence: 96,
  otherwise: toolOtherwise,
  tools: ["C:\\Program Files\\Microsoft SQL Server Reporting Services\\Shared Tools\\rskeymgmt.exe"],
} as const satisfies KeyToolPlaces;

/** The key tool of Power BI Report Server. */
export const powerBiKeyTool = {
  id: "Microsoft Power BI Report Server\\Shared Tools\\rskeymgmt.exe",
  kind: "layout",
  says: "the key tool of the instance `PBIRS`",
  witnesses: [keyToolScripts],
  confidence: 95,
  otherwise: toolOtherwise,
  tools: ["C:\\Program Files\\Microsoft Power BI Report Server\\Shared Tools\\rskeymgmt.exe"],
} as const satisfies KeyToolPlaces;

/** The key tool that SQL Server's own setup puts beside its others. */
export const olderKeyTool = {
  id: "Microsoft SQL Server\\<version>\\Tools\\Binn\\rskeymgmt.exe",
  kind: "layout",
  says: "130 is 2016, 120 2014, 110 2012; scripts show it under `Program Files (x86)`, and the other is looked at as well",
  versions: "2012 to 2016",
  witnesses: [keyToolScripts],
  confidence: 90,
  otherwise: toolOtherwise,
  tools: ["130", "120", "110"].flatMap((version) =>
    ["C:\\Program Files (x86)", "C:\\Program Files"].map(
      (root) => `${root}\\Microsoft SQL Server\\${version}\\Tools\\Binn\\rskeymgmt.exe`,
    ),
  ),
} as const satisfies KeyToolPlaces;

/** Settings of the report server. */
export const reportServerSettings = file("the report server's folder", ["rsreportserver.config"], {
  says: "the report server's settings; it lies in the folder itself",
  witnesses: [reportServerSettingsPage],
  confidence: 97,
  otherwise: "the point lacks the configuration files, which is told",
});

/** What code of extensions and assemblies may do. */
export const reportServerTrust = file("the report server's folder", ["rssrvpolicy.config"], {
  says: "what extensions and assemblies are trusted with; it lies in the folder itself",
  witnesses: [reportServerFilesPage],
  confidence: 93,
  otherwise: "the point lacks the configuration files, which is told",
});

/** Settings of the report server's service. */
export const reportServerService = file(
  "the report server's folder",
  ["bin", "ReportingServicesService.exe.config"],
  {
    says: "tracing and other settings of the service; assemblies of others lie beside it",
    witnesses: [reportServerFilesPage],
    confidence: 90,
    otherwise: "the point lacks the configuration files, which is told",
  },
);

/** Report servers are named instances since 2017, `SSRS` or `PBIRS`. */
export const usualReportInstance = "SSRS";

/** Where the report server of an instance, in any case, may keep its configuration, on its own drives. */
export function reportServerFolders(instance: string): readonly string[] {
  const { folders } = ofInstance<ReportServerPlaces>(instance, [servicesPlaces, powerBiPlaces, olderPlaces]);
  return folders.map((folder) => folder.replace("%", () => instance));
}

/** Where `rskeymgmt` of an instance may lie on the report server, the likeliest place first. */
export function keyToolPlaces(instance: string): readonly string[] {
  return ofInstance<KeyToolPlaces>(instance, [servicesKeyTool, powerBiKeyTool, olderKeyTool]).tools;
}

/** Since 2017 an instance's name tells the product; any other is one of SQL Server's own setup. */
function ofInstance<T>(instance: string, [services, powerBi, older]: readonly [T, T, T]): T {
  const products: Readonly<Record<string, T>> = { SSRS: services, PBIRS: powerBi };
  return products[instance.toUpperCase()] ?? older;
}

/** How ConfigMgr tells kinds of packages apart (PackageType of v_Package). */
export const packageTypes = {
  package: 0,
  drivers: 3,
  updates: 5,
  application: 8,
  osImage: 257,
  bootImage: 258,
} as const;

export type PackageKind = keyof typeof packageTypes;

/** A package of the lab before it has content. */
export interface PackagePlan {
  readonly packageId: string;
  readonly name: string;
  readonly manufacturer: string;
  readonly kind: PackageKind;
  readonly version: number;
  /** Below the share of sources; a deployment package of updates has one folder for each content. */
  readonly folder: string;
  readonly contents: number;
  /** How many files it gets, compared with the others. */
  readonly weight: number;
  /** A large file with the bytes that its type begins with. */
  readonly bigFile?: { readonly name: string; readonly magic: string; readonly size: number };
}

const wim = "MSWIM\u0000\u0000\u0000";
const cabinet = "MSCF\u0000\u0000\u0000\u0000";
const installer = "\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1";

/** Name, manufacturer, kind, version, weight; the identifiers follow from the order. */
const rows: readonly (readonly [string, string, PackageKind, number, number, PackagePlan["bigFile"]?])[] = [
  ["Configuration Manager Client Package", "Microsoft Corporation", "package", 2, 2],
  ["User State Migration Tool for Windows", "Microsoft Corporation", "package", 3, 5],
  [
    "Windows 11 Enterprise x64",
    "Microsoft Corporation",
    "osImage",
    4,
    0,
    { name: "install.wim", magic: wim, size: 2 },
  ],
  [
    "Boot image (x64)",
    "Microsoft Corporation",
    "bootImage",
    6,
    0,
    { name: "boot.PS100005.wim", magic: wim, size: 1 },
  ],
  ["Latitude drivers", "Dell", "drivers", 1, 6, { name: "network.cab", magic: cabinet, size: 0.5 }],
  ["EliteBook drivers", "HP", "drivers", 2, 5],
  ["Windows updates 2026-10", "Microsoft Corporation", "updates", 1, 3],
  ["Windows updates 2026-11", "Microsoft Corporation", "updates", 1, 3],
  ["Line of business scripts", "Contoso", "package", 17, 6],
  ["Branding and wallpapers", "Contoso", "package", 5, 2],
  ["Remediation toolkit", "Contoso", "package", 9, 8],
  ["Printer queues", "Contoso", "package", 3, 3],
  [
    "Contoso Planner 7.2",
    "Contoso",
    "application",
    3,
    7,
    { name: "Planner-x64.msi", magic: installer, size: 0.6 },
  ],
  [
    "Contoso Planner 7.1",
    "Contoso",
    "application",
    2,
    7,
    { name: "Planner-x64.msi", magic: installer, size: 0.6 },
  ],
  ["Fabrikam Viewer", "Fabrikam", "application", 1, 6],
  ["Northwind Orders", "Northwind Traders", "application", 4, 8],
  ["Tailspin Route", "Tailspin Toys", "application", 1, 6],
  ["Wingtip Archive", "Wingtip", "application", 2, 5],
];

const sourceFolderOf: Record<PackageKind, string> = {
  package: "Packages",
  drivers: "Drivers",
  updates: "Updates",
  application: "Applications",
  osImage: "OS",
  bootImage: "OS",
};

/** Every package of PS1. PS100003 to PS100014: a site numbers what it makes in hexadecimal. */
export const packagePlans: readonly PackagePlan[] = rows.map(
  ([name, manufacturer, kind, version, weight, bigFile], index) => ({
    packageId: `PS1${(index + 3).toString(16).toUpperCase().padStart(5, "0")}`,
    name,
    manufacturer,
    kind,
    version,
    weight,
    folder: `${sourceFolderOf[kind]}\\${manufacturer}\\${name}`,
    contents: kind === "updates" ? 3 : 1,
    ...(bigFile === undefined ? {} : { bigFile }),
  }),
);

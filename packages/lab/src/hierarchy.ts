/** The simulated hierarchy: what never changes from one lab to the next. */
export const site = {
  code: "PS1",
  name: "Primary Site One",
  parent: "CAS",
  server: "cm01.lab",
  sqlServer: "sql01.lab",
  database: "CM_PS1",
  installFolder: "D:\\Program Files\\Microsoft Configuration Manager",
  version: "5.00.9128.1000",
  fullVersion: "5.00.9128.1007",
  build: 9128,
  clientVersion: "5.00.9128.1007",
} as const;

/** Every site of the hierarchy. Only PS1 is complete on disk; the others are a database and a clock. */
export const sites = [
  {
    code: "CAS",
    type: 4,
    parent: "",
    name: "Central Administration",
    server: "cas01.lab",
    sql: "sqlcas.lab",
  },
  { code: "PS1", type: 2, parent: "CAS", name: site.name, server: site.server, sql: site.sqlServer },
  { code: "PS2", type: 2, parent: "CAS", name: "Primary Site Two", server: "cm02.lab", sql: "sql02.lab" },
] as const;

export const sqlHosts = ["sql01.lab", "sqlcas.lab", "sql02.lab"] as const;
export type SqlHost = (typeof sqlHosts)[number];

/** Drives of every machine that exists on disk; a drive is a folder `hosts/<name>/<letter>`. */
export const drives = {
  cm01: ["C", "D", "E", "F"],
  sql01: ["C", "E"],
  sqlcas: ["E"],
  sql02: ["E"],
  ssrs01: ["C"],
  admin07: ["C"],
  smp01: ["D"],
} as const;

/** Shares that lead to a folder which is no drive's root; every drive also has `\\host\C$` and so on. */
export const shares: Readonly<Record<string, string>> = {
  "\\\\cm01.lab\\Sources$": "hosts/cm01/D/Sources",
  "\\\\cm01.lab\\SCCMContentLib$": "hosts/cm01/E/SCCMContentLib",
  "\\\\cm01.lab\\SCCMContentLibF$": "hosts/cm01/F/SCCMContentLib",
  "\\\\cm01.lab\\CMBackup$": "hosts/cm01/E/CMBackup",
  "\\\\sql01.lab\\stage$": "hosts/sql01/E/stage",
  "\\\\sql01.lab\\CMBackup$": "hosts/sql01/E/CMBackup",
  "\\\\sqlcas.lab\\stage$": "hosts/sqlcas/E/stage",
  "\\\\sql02.lab\\stage$": "hosts/sql02/E/stage",
  "\\\\smp01.lab\\SMPSTOREE_4F2A91C7$": "hosts/smp01/D/USMT1/SMPSTOREE_4F2A91C7$",
  "\\\\smp01.lab\\SMPSTOREE_B83D06E5$": "hosts/smp01/D/USMT2/SMPSTOREE_B83D06E5$",
};

/** How much there is in a lab: enough to look like a site, or as little as a test needs. */
export interface LabSize {
  /** Files taken for packages; equal ones become one object of the library. */
  readonly contentFiles: number;
  readonly contentBytesMax: number;
  /** Images and installers, partly compressible, in bytes. */
  readonly bigFileBytes: number;
  readonly databaseRows: number;
  readonly databasePadBytes: number;
  readonly userFileBytes: number;
}

const kib = 1024;
const mib = 1024 * kib;

export const labSizes = {
  small: {
    contentFiles: 330,
    contentBytesMax: 2 * mib,
    bigFileBytes: 192 * kib,
    databaseRows: 150,
    databasePadBytes: 64 * kib,
    userFileBytes: 24 * kib,
  },
  normal: {
    contentFiles: 3800,
    contentBytesMax: 40 * mib,
    bigFileBytes: 12 * mib,
    databaseRows: 4000,
    databasePadBytes: 6 * mib,
    userFileBytes: 384 * kib,
  },
} satisfies Record<string, LabSize>;

export type LabSizeName = keyof typeof labSizes;

import { site } from "../hierarchy.ts";
import { stateDirectories } from "../site/user-state.ts";
import type { Cell, TableContent } from "./fill-table.ts";
import { objectId, siteNumber, type SiteFacts } from "./site-facts.ts";

/** Roles with their servers and, by name, what each is set to. */
const roles: readonly (readonly [
  role: string,
  server: string,
  properties: readonly (readonly [string, Cell])[],
])[] = [
  ["SMS Site Server", site.server, []],
  ["SMS Provider", site.server, []],
  ["SMS Component Server", site.server, []],
  ["SMS Component Server", site.sqlServer, []],
  ["SMS SQL Server", site.sqlServer, [["SQL Server Service Logon Account", "LAB\\sql01$"]]],
  ["SMS Dmp Connector", site.server, [["OfflineMode", 0]]],
  ["SMS Distribution Point", site.server, [["IsPXE", 0]]],
  [
    "SMS Distribution Point",
    "dp01.lab",
    [
      ["IsPXE", 1],
      ["Description", null],
    ],
  ],
  [
    "SMS Software Update Point",
    "sup01.lab",
    [
      ["DBServerName", site.sqlServer],
      ["WSUSIISPort", 8530],
      ["WSUSIISSSLPort", 8531],
    ],
  ],
  [
    "SMS SRS Reporting Point",
    "ssrs01.lab",
    [
      ["DatabaseServerName", site.sqlServer],
      ["ReportServerInstance", "SSRS"],
      ["ReportManagerUri", "http://ssrs01.lab/Reports"],
      ["ReportServerUri", "http://ssrs01.lab/ReportServer"],
      ["RootFolder", "ConfigMgr_PS1"],
      ["Username", "LAB\\svc-reports"],
      ["Version", "2019.150.1102.1047"],
    ],
  ],
  [
    "SMS State Migration Point",
    "smp01.lab",
    [
      ["SMPStoreDeletionDelayTimeInMinutes", 1440],
      ["SMPStoreDeletionCycleTimeInMinutes", 1440],
      ["SMPQuiesceState", 0],
    ],
  ],
];

/** The numbers of roles that public scripts agree on; of the others the lab makes one up. */
const knownTypes: Readonly<Record<string, number>> = { "SMS Distribution Point": 3, "SMS Dmp Connector": 23 };

/** Which server plays which role for the site, and with which settings. */
export function roleTables({ siteCode }: SiteFacts): readonly TableContent[] {
  const here = siteCode === site.code ? roles : [];
  const nal = (server: string): string =>
    `["Display=\\\\${server}\\"]MSWNET:["SMS_SITE=${siteCode}"]\\\\${server}\\`;
  const networkServer = "Windows NT Server";
  return [
    {
      name: "vSMS_SC_SysResUse",
      columns: `ID bigint, SiteNumber int, SiteCode nvarchar(3), NALResType nvarchar(128),
        NALPath nvarchar(1000), RoleTypeID smallint, RoleName nvarchar(255), SslState int,
        ServerName nvarchar(255), SiteSystemStatus int, ServerState int`,
      rows: here.map(([role, server], index) => [
        objectId(index),
        siteNumber(siteCode),
        siteCode,
        networkServer,
        nal(server),
        knownTypes[role] ?? 100 + index,
        role,
        null,
        server,
        0,
        role === "SMS Site Server" ? 1 : null,
      ]),
    },
    {
      name: "vSMS_SC_SysResUse_Properties",
      columns: `ID bigint, Name nvarchar(255), Value1 nvarchar(512), Value2 nvarchar(512), Value3 int`,
      rows: here.flatMap(([, , properties], index) =>
        properties.map(([name, value]) => [objectId(index), name, ...cellsOf(value)]),
      ),
    },
    {
      name: "vSMS_SC_SysResUse_PropertyLists",
      columns: "PropertyListID bigint, ID bigint, Name nvarchar(255), Value nvarchar(1024), ValueIndex int",
      rows: here.flatMap(([role], index) =>
        role === "SMS State Migration Point" ? listsOf(objectId(index)) : [],
      ),
    },
    {
      name: "v_SystemResourceList",
      columns: `NALPath nvarchar(1000), ResourceType nvarchar(128), RoleName nvarchar(255),
        ServerName nvarchar(255), ServerRemoteName nvarchar(255), SiteCode nvarchar(3),
        SslState int`,
      rows: here.map(([role, server]) => [nal(server), networkServer, role, server, server, siteCode, 0]),
    },
  ];
}

/** Text stands in the second value, a number in the third; what is not set is NULL throughout. */
function cellsOf(value: Cell): readonly [Cell, Cell, Cell] {
  if (typeof value === "number") return [null, null, value];
  return value === null ? [null, null, null] : ["REG_SZ", value, null];
}

/** A row for each value of a list; a list without values has one row, of NULLs. */
function listsOf(id: bigint): readonly (readonly Cell[])[] {
  const [directories, excluded] = [objectId(400), objectId(401)];
  return [
    ...stateDirectories.map((it, index) => [directories, id, "Directories", it, index]),
    [excluded, id, "Excluded Directories", null, null],
  ];
}

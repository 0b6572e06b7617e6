import { site } from "../hierarchy.ts";
import { stateDirectories } from "../site/user-state.ts";
import type { Cell, TableContent } from "./fill-table.ts";
import type { SiteFacts } from "./site-facts.ts";

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
  ["SMS SQL Server", site.sqlServer, [["SSBPort", 4022]]],
  ["SMS Dmp Connector", site.server, [["OfflineMode", 0]]],
  ["SMS Distribution Point", site.server, [["IsPXE", 0]]],
  ["SMS Distribution Point", "dp01.lab", [["IsPXE", 1]]],
  [
    "SMS Software Update Point",
    "sup01.lab",
    [
      ["DBServerName", site.sqlServer],
      ["WSUSIISPort", 8530],
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
      ["SMPStoreDeletionCycleTimeInMinutes", 1440],
      ["SMPQuiesceState", 0],
    ],
  ],
];

/** Which server plays which role for the site, and with which settings. */
export function roleTables({ siteCode }: SiteFacts): readonly TableContent[] {
  const here = siteCode === site.code ? roles : [];
  const idOf = (index: number): number => 16_777_220 + index;
  const nal = (server: string): string =>
    `["Display=\\\\${server}\\"]MSWNET:["SMS_SITE=${siteCode}"]\\\\${server}\\`;
  const stateMigration = here.findIndex(([role]) => role === "SMS State Migration Point");
  return [
    {
      name: "vSMS_SC_SysResUse",
      columns: `ID int, SiteCode nvarchar(3), RoleName nvarchar(255), ServerName nvarchar(255),
        NALPath nvarchar(1000), NALResType nvarchar(128)`,
      rows: here.map(([role, server], index) => [
        idOf(index),
        siteCode,
        role,
        server,
        nal(server),
        "Windows NT Server",
      ]),
    },
    {
      name: "vSMS_SC_SysResUse_Properties",
      columns: `ID int, Name nvarchar(255), Value1 nvarchar(512), Value2 nvarchar(512), Value3 int`,
      rows: here.flatMap(([, , properties], index) =>
        properties.map(([name, value]) =>
          typeof value === "number" ? [idOf(index), name, "", "", value] : [idOf(index), name, "", value, 0],
        ),
      ),
    },
    {
      name: "vSMS_SC_SysResUse_PropertyLists",
      columns: "ID int, Name nvarchar(255), Value nvarchar(1024)",
      rows: stateMigration < 0 ? [] : stateDirectories.map((it) => [idOf(stateMigration), "Directories", it]),
    },
    {
      name: "v_SystemResourceList",
      columns: `NALPath nvarchar(1000), ResourceType nvarchar(128), RoleName nvarchar(255),
        ServerName nvarchar(255), ServerRemoteName nvarchar(255), SiteCode nvarchar(3),
        SslState int`,
      rows: here.map(([role, server]) => [
        nal(server),
        "Windows NT Server",
        role,
        server,
        server,
        siteCode,
        0,
      ]),
    },
  ];
}

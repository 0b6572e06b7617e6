import { onHost, writeDated } from "../lab-folder.ts";
import { chanceFrom } from "../seeded-chance.ts";
import { serverKeyFile } from "../tools/rskeymgmt.ts";
import { crlf, dayMs } from "../windows-formats.ts";

/** Reporting Services 2017 and later: one folder for the server, one for the portal. */
export const reportServerFolder =
  "C:\\Program Files\\Microsoft SQL Server Reporting Services\\SSRS\\ReportServer";
export const reportSourcesFolder = "C:\\ReportSources";

/** Makes the files of the report server: configuration, extensions, sources of reports, and its key. */
export function createReportServer(lab: string, nowMs: number): void {
  const old = nowMs - 150 * dayMs;
  const put = (path: string, bytes: string | Uint8Array): void =>
    writeDated({ path: onHost(lab, "ssrs01.lab", `${reportServerFolder}\\${path}`), bytes, modifiedMs: old });
  for (const [path, bytes] of configuration()) put(path, bytes);
  for (const [index, title] of reportTitles.entries()) {
    const path = `${reportSourcesFolder}\\${title}.rdl`;
    writeDated({
      path: onHost(lab, "ssrs01.lab", path),
      bytes: reportDefinition(title, index),
      modifiedMs: old,
    });
  }
  const source = onHost(lab, "ssrs01.lab", `${reportSourcesFolder}\\Site database.rds`);
  writeDated({ path: source, bytes: dataSource, modifiedMs: old });
  writeDated({ path: serverKeyFile(lab), bytes: chanceFrom("reporting key").bytes(32), modifiedMs: old });
}

export const reportTitles = [
  "Clients without contact",
  "Software by publisher",
  "Deployment state of one collection",
  "Free space by computer",
  "Updates missing by severity",
  "Contoso licence overview",
] as const;

/** A report as its author keeps it: XML with the query in it. */
export function reportDefinition(title: string, revision: number): string {
  const rows = Array.from(
    { length: 60 },
    (_, row) =>
      `      <TablixRow><Height>0.25in</Height><Value>=Fields!Column${row}.Value</Value></TablixRow>`,
  );
  return crlf([
    '<?xml version="1.0" encoding="utf-8"?>',
    '<Report xmlns="http://schemas.microsoft.com/sqlserver/reporting/2016/01/reportdefinition">',
    `  <Description>${title}, revision ${revision}</Description>`,
    "  <DataSet><CommandText>SELECT * FROM v_R_System WHERE ResourceID = @id</CommandText></DataSet>",
    "  <Body>",
    ...rows,
    "  </Body>",
    "</Report>",
  ]);
}

const dataSource = crlf([
  '<?xml version="1.0" encoding="utf-8"?>',
  '<RptDataSource Name="Site database">',
  "  <ConnectString>Data Source=sql01.lab;Initial Catalog=CM_PS1</ConnectString>",
  "</RptDataSource>",
]);

function configuration(): readonly (readonly [string, string | Uint8Array])[] {
  const chance = chanceFrom("report server");
  const secret = chance.bytes(160).toString("base64");
  const server = crlf([
    "<Configuration>",
    `  <Dsn>${secret}</Dsn>`,
    "  <ConnectionType>Default</ConnectionType>",
    "  <InstanceId>SSRS</InstanceId>",
    `  <InstallationID>{${chance.guid()}}</InstallationID>`,
    '  <Extensions><Data><Extension Name="CONTOSO" Type="Contoso.Reporting.Extension,Contoso.Reporting"/></Data></Extensions>',
    "</Configuration>",
  ]);
  const service = '<configuration><runtime><gcServer enabled="true"/></runtime></configuration>\r\n';
  return [
    ["rsreportserver.config", server],
    [
      "rssrvpolicy.config",
      crlf(["<configuration>", "  <mscorlib><security/></mscorlib>", "</configuration>"]),
    ],
    [
      "web.config",
      crlf(["<configuration>", '  <system.web><trust level="RosettaSrv"/></system.web>', "</configuration>"]),
    ],
    ["bin\\ReportingServicesService.exe.config", service],
    ["bin\\Contoso.Reporting.dll", Buffer.concat([Buffer.from("MZ"), chance.bytes(24_000)])],
  ];
}

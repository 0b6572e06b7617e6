import { onHost, writeDated } from "../lab-folder.ts";
import type { LabVariant } from "../lab-variant.ts";
import { chanceFrom } from "../seeded-chance.ts";
import { crlf, dayMs } from "../windows-formats.ts";
import { serverKeyFile } from "./server-key.ts";
import { reportDefinition, reportTitles } from "./report-definition.ts";

const programs = {
  SSRS: "C:\\Program Files\\Microsoft SQL Server Reporting Services",
  PBIRS: "C:\\Program Files\\Microsoft Power BI Report Server",
} as const;

/** Where the report server has its configuration: since 2017 both kinds of server have folders alike. */
export function reportServerFolder(variant: LabVariant): string {
  return `${reportServerProgram(variant)}\\ReportServer`;
}

/** Where the report server is installed, by its instance. */
export function reportServerProgram({ reportServer }: LabVariant): string {
  return `${programs[reportServer]}\\${reportServer}`;
}

export const reportSourcesFolder = "C:\\ReportSources";

/** Makes the files of the report server: configuration, extensions, sources of reports, and its key. */
export function createReportServer(lab: string, nowMs: number, variant: LabVariant): void {
  const old = nowMs - 150 * dayMs;
  const put = (path: string, bytes: string | Uint8Array): void =>
    writeDated({ path: onHost(lab, "ssrs01.lab", path), bytes, modifiedMs: old });
  for (const [path, bytes] of configuration(variant.reportServer))
    put(`${reportServerFolder(variant)}\\${path}`, bytes);
  put(`${programs[variant.reportServer]}\\Shared Tools\\rskeymgmt.exe`, "MZ");
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

/** The source that reports name, as its author keeps it. */
export const dataSource = crlf([
  '<?xml version="1.0" encoding="utf-8"?>',
  '<RptDataSource Name="Site database">',
  "  <ConnectString>Data Source=sql01.lab;Initial Catalog=CM_PS1</ConnectString>",
  "</RptDataSource>",
]);

function configuration(
  instance: LabVariant["reportServer"],
): readonly (readonly [string, string | Uint8Array])[] {
  const chance = chanceFrom("report server");
  const secret = chance.bytes(160).toString("base64");
  const server = crlf([
    "<Configuration>",
    `  <Dsn>${secret}</Dsn>`,
    "  <ConnectionType>Default</ConnectionType>",
    `  <InstanceId>${instance}</InstanceId>`,
    `  <InstallationID>{${chance.guid()}}</InstallationID>`,
    '  <Extensions><Data><Extension Name="CONTOSO" Type="Contoso.Reporting.Extension,Contoso.Reporting"/></Data></Extensions>',
    "</Configuration>",
  ]);
  const service = '<configuration><runtime><gcServer enabled="true"/></runtime></configuration>\r\n';
  return [
    ["rsreportserver.config", server],
    [
      "rssrvpolicy.config",
      crlf([
        "<configuration>",
        "  <mscorlib><security><policy><PolicyLevel>",
        '    <CodeGroup class="UnionCodeGroup" version="1" Name="Contoso" PermissionSetName="FullTrust">',
        '      <IMembershipCondition class="UrlMembershipCondition" version="1" Url="$CodeGen$/Contoso.Reporting.dll"/>',
        "    </CodeGroup>",
        "  </PolicyLevel></policy></security></mscorlib>",
        "</configuration>",
      ]),
    ],
    [
      "web.config",
      crlf(["<configuration>", '  <system.web><trust level="RosettaSrv"/></system.web>', "</configuration>"]),
    ],
    ["bin\\ReportingServicesService.exe.config", service],
    ["bin\\Contoso.Reporting.dll", Buffer.concat([Buffer.from("MZ"), chance.bytes(24_000)])],
  ];
}

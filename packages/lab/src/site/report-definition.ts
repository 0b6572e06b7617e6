import { crlf } from "../windows-formats.ts";

/** What a report asks the site's database for, and what code of others it needs. */
interface ReportQuery {
  readonly isProcedure?: true;
  readonly text: string;
  readonly assembly?: string;
}

const ofSystem = "SELECT * FROM v_R_System WHERE ResourceID = @id";

/** Reports by title: some name what administrators have made in the site's database. */
const queries = {
  "Clients without contact": {
    text: "SELECT Name0 FROM dbo.[Contoso_StaleComputers] s JOIN fn_rbac_R_System(@UserSIDs) r ON r.ResourceID = s.ResourceID",
  },
  "Software by publisher": { text: ofSystem },
  "Deployment state of one collection": { text: ofSystem },
  "Free space by computer": { isProcedure: true, text: "usp_Contoso_FreeSpace" },
  "Updates missing by severity": { text: ofSystem },
  "Contoso licence overview": {
    text: "SELECT Product0, Installed0 FROM v_Contoso_LicenceOverview ORDER BY Installed0 DESC",
    assembly: "Contoso.Reporting, Version=1.0.0.0, Culture=neutral, PublicKeyToken=null",
  },
} as const satisfies Readonly<Record<string, ReportQuery>>;

/** Titles of the reports that administrators have made. */
export const reportTitles = Object.keys(queries) as readonly (keyof typeof queries)[];

/** A report as its author keeps it: XML with the query in it. A title may have a number behind it. */
export function reportDefinition(title: string, revision: number): string {
  const known = reportTitles.find((it) => title.startsWith(it));
  const query: ReportQuery = known === undefined ? { text: ofSystem } : queries[known];
  const rows = Array.from(
    { length: 60 },
    (_, row) =>
      `      <TablixRow><Height>0.25in</Height><Value>=Fields!Column${row}.Value</Value></TablixRow>`,
  );
  return crlf([
    '<?xml version="1.0" encoding="utf-8"?>',
    '<Report xmlns="http://schemas.microsoft.com/sqlserver/reporting/2016/01/reportdefinition">',
    `  <Description>${title}, revision ${revision}</Description>`,
    "  <DataSources>",
    '    <DataSource Name="SiteDatabase"><DataSourceReference>/ConfigMgr_PS1/Site database</DataSourceReference></DataSource>',
    "  </DataSources>",
    "  <DataSets>",
    '    <DataSet Name="DataSet0">',
    "      <Query>",
    "        <DataSourceName>SiteDatabase</DataSourceName>",
    ...(query.isProcedure ? ["        <CommandType>StoredProcedure</CommandType>"] : []),
    `        <CommandText>${query.text}</CommandText>`,
    "      </Query>",
    "    </DataSet>",
    "  </DataSets>",
    "  <Body>",
    ...rows,
    "  </Body>",
    ...(query.assembly === undefined
      ? []
      : ["  <CodeModules>", `    <CodeModule>${query.assembly}</CodeModule>`, "  </CodeModules>"]),
    "</Report>",
  ]);
}

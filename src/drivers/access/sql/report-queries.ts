import { catalogueTypes, reportCatalogue } from "../../../core/outside/site/report-server.ts";
import type { Statement } from "../../../core/outside/facts/statement.ts";

const { report, model, "shared dataset": dataset } = catalogueTypes.values;

/** Reports, models and shared datasets, in the catalogue database of a report server. */
export const reportList: Statement = {
  name: "reports",
  doing: "list the reports",
  query: `SELECT Path AS path, Type AS type, CONVERT(nvarchar(23), ModifiedDate, 121) AS modified
FROM dbo.Catalog WHERE Type IN (${report}, ${model}, ${dataset}) ORDER BY Path;`,
  parameters: [],
  reads: [reportCatalogue],
  answers: { path: "text", type: "whole", modified: "time" },
};

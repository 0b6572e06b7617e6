import { absent, known, match } from "../../base/fact.ts";
import { endpointTypes, tcpEndpoints } from "../../outside/sql/sql-server.ts";
import {
  roleNames,
  rolePropertyView,
  roleSettings,
  roleView,
  siteDefinitionProperties,
  siteDefinitions,
  siteSettings,
  sqlControls,
} from "../../outside/site/site-definition.ts";
import { replicationSettingNames, replicationSettings } from "../../outside/site/site-replication.ts";
import { viewAnyDefinition } from "../../outside/facts/right.ts";
import type { Statement } from "../../outside/facts/statement.ts";
import { notJudged, nothing, siteHazard } from "../parts/hazard.ts";
import { firstNumber } from "../parts/answers.ts";
import type { Question } from "../../model/question.ts";
import { risk } from "../parts/risk.ts";

/** Where the server listens. An endpoint is shown only to who has a right on it. */
const listens: Question<number> = {
  name: "broker-port",
  doing: "read the port of Service Broker",
  query: `SELECT port FROM sys.tcp_endpoints WHERE type_desc = N'${endpointTypes.values["Service Broker"]}';`,
  parameters: [],
  reads: [tcpEndpoints],
  answers: { port: "whole" },
  read(rows) {
    const port = firstNumber(rows, "port");
    if (port !== undefined) return known(port);
    return { is: "hidden", what: "the endpoint of Service Broker", right: viewAnyDefinition };
  },
};

/** A property of the role of the site's SQL Server, in which some versions note it. */
const notedWithRole: Statement = {
  name: "broker-port-noted-with-role",
  doing: "read the port of Service Broker that the role of SQL Server has noted",
  query: `SELECT p.Value3 AS port FROM dbo.vSMS_SC_SysResUse AS r
INNER JOIN dbo.vSMS_SC_SysResUse_Properties AS p ON p.ID = r.ID
WHERE r.SiteCode = @siteCode AND r.RoleName = N'${roleNames.values["sql-server"]}' AND p.Name = N'${roleSettings.values["port of Service Broker"]}';`,
  parameters: ["siteCode"],
  reads: [roleView, rolePropertyView],
  answers: { port: "whole" },
};

/** What the replication of the site has noted. */
const notedForReplication: Statement = {
  name: "broker-port-noted-for-replication",
  doing: "read the port of Service Broker that replication has noted",
  query: `SELECT p.Value AS port FROM dbo.vRcmSqlControlProperties AS p
INNER JOIN dbo.RCMSQlControl AS c ON c.ID = p.ID
INNER JOIN dbo.SC_SiteDefinition AS d ON d.SiteNumber = c.SiteNumber
WHERE d.SiteCode = @siteCode AND p.Name = N'${replicationSettingNames.values["port of Service Broker"]}';`,
  parameters: ["siteCode"],
  reads: [replicationSettings, sqlControls, siteDefinitions],
  answers: { port: "whole" },
};

/** Where the other sites will look for it: a setting of the site's definition. */
const noted: Question<number> = {
  name: "broker-port-noted",
  doing: "read the port of Service Broker that the site has noted",
  query: `SELECT p.Value3 AS port FROM dbo.SC_SiteDefinition_Property AS p
INNER JOIN dbo.SC_SiteDefinition AS d ON d.SiteNumber = p.SiteNumber
WHERE d.SiteCode = @siteCode AND p.Name = N'${siteSettings.values["port of Service Broker"]}';`,
  parameters: ["siteCode"],
  reads: [siteDefinitionProperties, siteDefinitions],
  answers: { port: "whole" },
  otherwise: [notedWithRole, notedForReplication],
  read(rows) {
    const port = firstNumber(rows, "port");
    return port === undefined ? absent : known(port);
  },
};

export const brokerPortDiffers = siteHazard({
  code: "broker-port-differs",
  hazard: "port of Service Broker not the noted one",
  source: "M, recovery",
  seenIn: "site",
  readIn: "`sys.tcp_endpoints`, site definition",
  accepted: "as it is",
  asks: { listens, noted },
  judge({ where }, answers) {
    const compare = (here: number, there: number) =>
      here === there
        ? []
        : [
            risk("broker-port-differs", {
              where,
              message: `Service Broker listens on port ${here}, and the site has noted ${there}: a recovery sets up the noted one, and replication breaks.`,
              names: ["Service Broker", `port ${here}`, `port ${there}`],
              hint: "Correct the one that is wrong: the port is a property of the site's SQL Server in the console.",
            }),
          ];
    return match(answers.noted, {
      known: (there) =>
        match(answers.listens, {
          known: (here) => compare(here, there),
          unknown: notJudged,
          absent: nothing,
        }),
      unknown: notJudged,
      absent: nothing,
    });
  },
});

import { absent, known, match } from "../../base/fact.ts";
import { tcpEndpoints } from "../../outside/sql-server.ts";
import { rolePropertyView, roleView } from "../../outside/site-definition.ts";
import { notJudged, nothing, siteHazard } from "../parts/hazard.ts";
import { firstNumber } from "../parts/answers.ts";
import type { Question } from "../../model/question.ts";
import { risk } from "../parts/risk.ts";

/** Where the server listens. An endpoint is shown only to who has a right on it. */
const listens: Question<number> = {
  name: "broker-port",
  doing: "read the port of Service Broker",
  query: "SELECT port FROM sys.tcp_endpoints WHERE type_desc = N'SERVICE_BROKER';",
  parameters: [],
  reads: [tcpEndpoints],
  answers: { port: "whole" },
  read(rows) {
    const port = firstNumber(rows, "port");
    if (port !== undefined) return known(port);
    const grant = "USE master; GRANT VIEW ANY DEFINITION TO [login];";
    return { is: "hidden", what: "the endpoint of Service Broker", grant };
  },
};

/** Where the other sites will look for it: a property of the role of the site's SQL Server. */
const noted: Question<number> = {
  name: "broker-port-noted",
  doing: "read the port of Service Broker that the site has noted",
  query: `SELECT p.Value3 AS port FROM dbo.vSMS_SC_SysResUse AS r
INNER JOIN dbo.vSMS_SC_SysResUse_Properties AS p ON p.ID = r.ID
WHERE r.SiteCode = @siteCode AND r.RoleName = N'SMS SQL Server' AND p.Name = N'SSBPort';`,
  parameters: ["siteCode"],
  reads: [roleView, rolePropertyView],
  answers: { port: "whole" },
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
  readIn: "`sys.tcp_endpoints`, role properties",
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

import { absent, known, match } from "../../base/fact.ts";
import type { Question } from "../../model/question.ts";
import { databases, ownerOf, saName } from "../../outside/sql/sql-server.ts";
import { notJudged, nothing, siteHazard } from "../parts/hazard.ts";
import { risk } from "../parts/risk.ts";

const owner: Question<string> = {
  name: "site-database-owner",
  doing: "see who owns the site database",
  query: "SELECT owner_sid AS owner_sid FROM sys.databases WHERE name = @database;",
  parameters: ["database"],
  reads: [databases],
  answers: { owner_sid: "bytes" },
  always: true,
  read([row]) {
    const sid = row?.["owner_sid"];
    return sid === undefined ? absent : known(ownerOf(sid));
  },
};

/** Whoever restores a database owns it. */
export const siteDatabaseOwner = siteHazard({
  code: "site-database-owner",
  hazard: "owner of the site database is not sa",
  source: "M, SQL Server Always On; database configuration",
  seenIn: "site",
  readIn: "`sys.databases`",
  accepted: "as it is",
  asks: { owner },
  judge({ where, databaseName }, answers) {
    const tell = (owner: string) =>
      risk("site-database-owner", {
        where,
        message: `${databaseName} belongs to ${owner} and not to sa, as after a restore: code of the site that needs TRUSTWORTHY runs as that login.`,
        names: [databaseName, owner],
        hint: `ALTER AUTHORIZATION ON DATABASE::[${databaseName}] TO sa; by the name that sa has now, where it was renamed.`,
      });
    return match(answers.owner, {
      known: (it) => (it === saName ? [] : [tell(it)]),
      unknown: notJudged,
      absent: nothing,
    });
  },
});

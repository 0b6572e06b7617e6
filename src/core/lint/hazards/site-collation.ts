import { absent, known } from "../../base/fact.ts";
import type { Fact } from "../../base/fact.ts";
import { notJudgedFor, siteHazard } from "../parts/hazard.ts";
import type { Question } from "../../model/question.ts";
import { databaseColumn } from "../questions/database-column.ts";
import { risk } from "../parts/risk.ts";

const ofDatabase = databaseColumn(
  "database-collation",
  "collation_name",
  "read the collation of the site database",
);

const ofServer: Question<string> = {
  name: "server-collation",
  doing: "read the collation of the site database's server",
  query: "SELECT CAST(SERVERPROPERTY('Collation') AS nvarchar(128)) AS collation;",
  parameters: [],
  reads: [],
  answers: { collation: "text" },
  always: true,
  read([row]) {
    const collation = row?.["collation"];
    return collation === undefined || collation === "" ? absent : known(collation);
  },
};

/** What ConfigMgr asks for, and two that it allows where GB18030 is needed. */
const collations: ReadonlySet<string> = new Set([
  "SQL_Latin1_General_CP1_CI_AS",
  "Chinese_Simplified_Pinyin_100_CI_AI",
  "Chinese_Simplified_Stroke_Order_100_CI_AI",
]);

export const siteCollation = siteHazard({
  code: "site-collation",
  hazard: "collation that Setup refuses",
  source: "M, supported SQL Server versions",
  seenIn: "site",
  readIn: "`sys.databases`, `SERVERPROPERTY`",
  accepted: "as it is",
  asks: { ofDatabase, ofServer },
  judge({ where, databaseName }, answers) {
    const wrong = [
      ...wrongIn(answers.ofDatabase, `${databaseName} has the collation`),
      ...wrongIn(answers.ofServer, "its instance has"),
    ];
    const told = risk("site-collation", {
      where,
      message: `${wrong.map((it) => it.words).join(", ")}: Setup recovers a site only onto SQL_Latin1_General_CP1_CI_AS.`,
      names: [databaseName, ...wrong.map((it) => it.collation)],
      hint: "Prepare a server with the collation that Setup asks for, and try a recovery there before it is needed.",
    });
    return [...(wrong.length === 0 ? [] : [told]), ...notJudgedFor([answers.ofDatabase, answers.ofServer])];
  },
});

function wrongIn(collation: Fact<string>, words: string) {
  if (collation.is !== "known" || collations.has(collation.value)) return [];
  return [{ words: `${words} ${collation.value}`, collation: collation.value }];
}

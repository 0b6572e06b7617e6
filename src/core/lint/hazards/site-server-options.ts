import { known, match, unknown } from "../../base/fact.ts";
import { notUnderstood } from "../../model/facts/not-understood.ts";
import type { Question } from "../../model/question.ts";
import { configurations, largestText, siteOptions } from "../../outside/sql/sql-server.ts";
import { numberOfCell } from "../../base/cell.ts";
import { notJudged, nothing, siteHazard } from "../parts/hazard.ts";
import { risk } from "../parts/risk.ts";

type Options = { readonly clrEnabled: boolean; readonly maxTextReplSize: number };

const { "code of .NET": clrEnabled, "largest replicated text": maxTextReplSize } = siteOptions.values;

const options: Question<Options> = {
  name: "site-server-options",
  doing: "read the options of the site database's server",
  query: `SELECT name AS option_name, CAST(value_in_use AS int) AS option_value FROM sys.configurations
WHERE name IN ('${clrEnabled}', '${maxTextReplSize}');`,
  parameters: [],
  reads: [configurations],
  answers: { option_name: "text", option_value: "whole" },
  read(rows) {
    const valueOf = (name: string) =>
      numberOfCell(rows.find((row) => row["option_name"] === name)?.["option_value"]);
    const [clr, size] = [valueOf(clrEnabled), valueOf(maxTextReplSize)];
    // Every server has both.
    if (clr === undefined || size === undefined) return unknown(notUnderstood("site-server-options"));
    return known({ clrEnabled: clr !== 0, maxTextReplSize: size });
  },
};

/** A server that was set up anew has neither. Setup sets them, a recovery by hand does not. */
export const siteServerOptions = siteHazard({
  code: "site-server-options",
  hazard: "options of the instance that a site needs",
  source: "M, SQL Server Always On",
  seenIn: "site",
  readIn: "`sys.configurations`",
  accepted: "as it is",
  asks: { options },
  judge({ where, policy }, answers) {
    const { server } = policy.site.database;
    const tell = (things: readonly string[]) =>
      risk("site-server-options", {
        where,
        message: `${server} lacks ${things.join(", ")}, as one that was set up anew: the site can't run its own code there, or replicate large texts.`,
        names: [server, ...things],
        hint: `${things.map((it) => `EXEC sp_configure ${it};`).join(" ")} RECONFIGURE;`,
      });
    return match(answers.options, {
      known(set) {
        const things = lackedBy(set);
        return things.length === 0 ? [] : [{ things, tell }];
      },
      unknown: notJudged,
      absent: nothing,
    });
  },
});

function lackedBy(set: Options): readonly string[] {
  return [
    ...(set.clrEnabled ? [] : [`'${clrEnabled}', 1`]),
    ...(set.maxTextReplSize === largestText ? [] : [`'${maxTextReplSize}', ${largestText}`]),
  ];
}

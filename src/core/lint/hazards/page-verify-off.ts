import { match } from "../../base/fact.ts";
import { notJudged, nothing, siteHazard } from "../parts/hazard.ts";
import { databaseColumn } from "../questions/database-column.ts";
import { risk } from "../parts/risk.ts";

/** `CHECKSUM`, `TORN_PAGE_DETECTION` or `NONE`. */
const pageVerify = databaseColumn(
  "page-verify",
  "page_verify_option_desc",
  "read PAGE_VERIFY of the site database",
  ["CHECKSUM", "TORN_PAGE_DETECTION", "NONE"],
);

export const pageVerifyOff = siteHazard({
  code: "page-verify-off",
  hazard: "pages without checksums",
  source: "M, PAGE_VERIFY",
  seenIn: "site",
  readIn: "`sys.databases`",
  accepted: "as it is",
  asks: { pageVerify },
  judge({ where, databaseName }, answers) {
    const tell = (option: string) =>
      risk("page-verify-off", {
        where,
        message: `${databaseName} has PAGE_VERIFY ${option}: damage on disk goes into the backups unnoticed.`,
        names: [databaseName, `PAGE_VERIFY ${option}`],
        hint: `ALTER DATABASE [${databaseName}] SET PAGE_VERIFY CHECKSUM; it counts for pages that are written from then on.`,
      });
    return match(answers.pageVerify, {
      known: (option) => (option === "CHECKSUM" ? [] : [tell(option)]),
      unknown: notJudged,
      absent: nothing,
    });
  },
});

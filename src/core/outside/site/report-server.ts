import type { OutsideFact } from "../facts/outside-fact.ts";
import { numbers } from "../facts/numbers.ts";
import { relation } from "../facts/relation.ts";
import { select } from "../facts/right.ts";
import { catalogueScripts, keyToolPage, keyToolScripts, sqlDocs } from "../facts/witnesses.ts";

const keyOtherwise = "the key is not captured, which is a risk, and the tool's exit code is told";

/** What the databases of a report server are called. */
export const reportServerDatabases = {
  id: "ReportServer and ReportServerTempDB",
  kind: "property",
  says: "the catalogue's name unless another was chosen; the temporary database has its name with TempDB behind it",
  witnesses: [sqlDocs("Report server database")],
  confidence: 97,
  otherwise:
    "the policy names the catalogue; where the other one is called otherwise the source does not answer",
  catalogue: "ReportServer",
  temporary: "TempDB",
} as const satisfies OutsideFact & Record<string, unknown>;

/** The options of rskeymgmt that extract the key. */
export const keyToolOptions = {
  id: "rskeymgmt -e -f FILE -p PASSWORD -i INSTANCE",
  kind: "option",
  says: "extracts the encryption key of the report server on this machine into a file, under a password",
  witnesses: [keyToolPage],
  confidence: 97,
  otherwise: keyOtherwise,
  extract: "-e",
  file: "-f",
  password: "-p",
  instance: "-i",
} as const satisfies OutsideFact & Record<string, unknown>;

/** What rskeymgmt asks before it does anything, and is told. */
export const keyToolQuestion = {
  id: "rskeymgmt: Yes (Y) / No (N)",
  kind: "option",
  says: "it asks on its output, and reads the answer from its standard input; a second question is answered too",
  witnesses: [keyToolScripts],
  confidence: 90,
  otherwise: "the answer is not read, and does no harm",
  answer: "Y\r\nY\r\n",
} as const satisfies OutsideFact & Record<string, unknown>;

/** How rskeymgmt ends. */
export const keyToolEnd = {
  id: "rskeymgmt 0",
  kind: "exit code",
  says: "the key was extracted; a file with content is asked for as well",
  witnesses: [],
  confidence: 80,
  otherwise: keyOtherwise,
  good: 0,
} as const satisfies OutsideFact & Record<string, unknown>;

/** What a report server holds, in its catalogue database. */
export const reportCatalogue = relation({
  name: "dbo.Catalog",
  at: "report server",
  says: "one row for a folder, a report, a model, a data source and whatever else the report server holds",
  right: select("dbo.Catalog"),
  columns: {
    Path: { type: "text", says: "`/ConfigMgr_PS1/…`, unlike any other", confidence: 95 },
    Type: { type: "whole", says: "2 report, 6 model, 8 shared dataset and others", confidence: 90 },
    Content: {
      type: "bytes",
      says: "of a report or a shared dataset its definition, XML in UTF-8",
      confidence: 92,
      ifNull: "a folder",
    },
    ModifiedDate: { type: "time", says: "when it was last changed", confidence: 90 },
  },
  witnesses: [catalogueScripts],
  confidence: 93,
  otherwise:
    "which reports there are is not listed, and told; they are in the backup of the database all the same",
});

/** What of a catalogue somebody has written. */
export const catalogueTypes = numbers({
  of: "dbo.Catalog.Type",
  isOpen: true,
  values: { report: 2, model: 6, "shared dataset": 8 },
  witnesses: [catalogueScripts],
  confidence: 90,
  otherwise: "it is not listed, and is in the backup of the database all the same",
});

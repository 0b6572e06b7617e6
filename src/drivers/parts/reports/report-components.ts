import type { Fact } from "../../../core/base/fact.ts";
import {
  componentHeld,
  componentLacking,
  componentNone,
} from "../../../core/model/facts/reporting-server.ts";
import {
  reportServerService,
  reportServerSettings,
  reportServerTrust,
} from "../../../core/outside/site/report-server-places.ts";
import type { ScriptedQueries } from "./script-queries.ts";
import type { ListedReport } from "./list-reports.ts";

/** What a capture of a report server came to, part by part. */
export interface CapturedParts {
  /** The name of the key's file, `not-asked` or `failed`. */
  readonly encryptionKey: string;
  /** Files of its folders, as they are called in the snapshot. */
  readonly files: readonly string[];
  readonly reports: Fact<readonly ListedReport[]>;
  readonly queries: Fact<ScriptedQueries>;
}

const configuration = [reportServerSettings, reportServerTrust, reportServerService].map(({ path }) =>
  path.join("/"),
);

/** Which of the parts that a report server is put together from are held, and why others are not. */
export function componentsOf({
  encryptionKey,
  files,
  reports,
  queries,
}: CapturedParts): Readonly<Record<string, string>> {
  const names = files.map((it) => it.toLowerCase());
  const lacking = configuration.filter(
    (file) => !names.some((it) => `/${it}`.endsWith(`/${file.toLowerCase()}`)),
  );
  const hasPrograms = names.some((it) => /(^|\/)bin\/[^/]+\.dll$/.test(it));
  return {
    databases: componentHeld,
    "encryption key": keyState(encryptionKey),
    "configuration files":
      lacking.length === 0
        ? componentHeld
        : componentLacking(`no ${lacking.join(", ")} in the report server's folders`),
    "extensions and assemblies": hasPrograms
      ? componentHeld
      : !lacking.includes(configuration[0]!)
        ? componentNone
        : componentLacking("the report server's folder was not found, or is not among those of the policy"),
    "reports and models": reportState(reports),
    "views and procedures of reports": queryState(queries),
  };
}

function keyState(encryptionKey: string): string {
  switch (encryptionKey) {
    case "not-asked":
      return componentLacking("the policy does not ask for it");
    case "failed":
      return componentLacking("its export failed");
    default:
      return componentHeld;
  }
}

function reportState(reports: Fact<readonly ListedReport[]>): string {
  if (reports.is === "unknown") return componentLacking("their list could not be read");
  return reports.is === "known" && reports.value.length > 0 ? componentHeld : componentNone;
}

function queryState(queries: Fact<ScriptedQueries>): string {
  if (queries.is === "unknown") return componentLacking("reports or the site database could not be read");
  if (queries.is === "absent") return componentNone;
  const { held, hidden } = queries.value;
  if (hidden.length > 0)
    return componentLacking(
      `the text of ${hidden.slice(0, 5).join(", ")} is encrypted, or not shown to the login`,
    );
  return held.length > 0 ? componentHeld : componentNone;
}

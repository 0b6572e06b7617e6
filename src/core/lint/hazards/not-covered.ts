import { absent, known } from "../../base/fact.ts";
import { roleNames, rolePropertyView, roleSettings, roleView } from "../../outside/site/site-definition.ts";
import { contentLists, isOwnSource, packageLists, type Statements } from "../../outside/site/source-lists.ts";
import { given } from "../../base/given.ts";
import type { Problem } from "../../base/problem.ts";
import type { Protected, ProtectedServer } from "../../kinds/protected.ts";
import { protects } from "../../kinds/protects.ts";
import type { ResolvedPolicy } from "../../model/policy/resolved-policy.ts";
import type { RoleServer } from "../../model/site-look.ts";
import { notJudgedFor, siteHazard } from "../parts/hazard.ts";
import type { Question, Row } from "../../model/question.ts";
import { risk } from "../parts/risk.ts";

/** Servers beside the site server, by what they hold. */
type Roles = { readonly [Role in ProtectedServer["is"]]: readonly RoleServer[] };

/** Properties that name the server of a role's database, in small letters: sites write them in any case. */
const databaseServerProperties: readonly string[] = [
  roleSettings.values["server of the role's database"],
  roleSettings.values["server of the role's database, shorter"],
].map((it) => it.toLowerCase());

/** Each role of the site with one row for each of its properties, and one with none. */
const roles: Question<Roles> = {
  name: "site-roles",
  doing: "read the roles of the site",
  query: `SELECT r.ID AS id, r.RoleName AS role, r.ServerName AS server, p.Name AS name, p.Value2 AS text
FROM dbo.vSMS_SC_SysResUse AS r LEFT JOIN dbo.vSMS_SC_SysResUse_Properties AS p ON p.ID = r.ID
WHERE r.SiteCode = @siteCode;`,
  parameters: ["siteCode"],
  reads: [roleView, rolePropertyView],
  answers: { id: "whole", role: "text", server: "text", name: "text or NULL", text: "text or NULL" },
  read: (rows) =>
    rows.length === 0
      ? absent
      : known({
          "reporting-point": serversOf(rows, "reporting-point"),
          "state-migration-point": serversOf(rows, "state-migration-point"),
          "update-point": serversOf(rows, "update-point"),
        }),
};

function serversOf(rows: readonly Row[], role: ProtectedServer["is"]): readonly RoleServer[] {
  const own = rows.filter((row) => row["role"]?.toLowerCase() === roleNames.values[role].toLowerCase());
  return [...Map.groupBy(own, (row) => row["id"] ?? "").values()].map((properties) => {
    const named = properties.find((row) =>
      databaseServerProperties.includes(row["name"]?.toLowerCase() ?? ""),
    );
    const server = (properties[0]?.["server"] ?? "").replace(/^\\+/, "");
    return { server, ...given({ databaseServer: named?.["text"] || undefined }) };
  });
}

/** Source folders, of which a large site has thousands: asked only where nothing discovers them. */
function folders(name: string, what: string, [first, ...otherwise]: Statements): Question<readonly string[]> {
  return {
    ...first,
    name,
    doing: `read the source folders of ${what}`,
    parameters: ["siteCode"],
    otherwise,
    isAsked: (policy) => !policy.sources.some((it) => it.kind === "package-sources" && it.discover),
    read: (rows) =>
      rows.length === 0
        ? absent
        : known(rows.filter(isOwnSource).map((row) => (row["path"] ?? "").replace(/[\\/]+$/, ""))),
  };
}

const packageFolders = folders("package-folders", "packages", packageLists);
const contentFolders = folders("content-folders", "applications", contentLists);

/** What every site has. */
const always: readonly (readonly [Protected, string])[] = [
  [{ is: "database" }, "the site database"],
  [{ is: "registry" }, "the site server's registry"],
  [{ is: "library" }, "the content library"],
];

/** What the site has and no source of its policy protects: one risk for all of it that is not accepted. */
export const notCovered = siteHazard({
  code: "not-covered",
  hazard: "what the site has and no source protects",
  source: "M, recovery",
  seenIn: "site",
  readIn: "roles, packages",
  accepted: "thing by thing",
  asks: { roles, packageFolders, contentFolders },
  judge({ policy }, answers) {
    const asked = [answers.packageFolders, answers.contentFolders].filter(() => isAskedFor(policy));
    const paths = asked.flatMap((it) => (it.is === "known" ? it.value : []));
    const things = [
      ...always.flatMap(([thing, words]) => (protects(policy, thing) ? [] : [words])),
      ...(answers.roles.is === "known" ? rolesNotCovered(policy, answers.roles.value) : []),
      ...foldersNotCovered(policy, paths),
    ];
    return [
      ...(things.length === 0 ? [] : [{ things, tell: (some: readonly string[]) => tell(policy, some) }]),
      ...notJudgedFor([answers.roles, ...asked]),
    ];
  },
});

function isAskedFor(policy: ResolvedPolicy): boolean {
  return packageFolders.isAsked?.(policy) ?? true;
}

/** Things named one by one; of packages alone a site has hundreds. */
const shownMax = 5;

function tell({ where, site }: ResolvedPolicy, things: readonly string[]): Problem {
  const shown = things.slice(0, shownMax).join(", ");
  const more = things.length > shownMax ? `, and ${things.length - shownMax} more` : "";
  return risk("not-covered", {
    where,
    message: `${site.code} has what no source of the policy protects: ${shown}${more}.`,
    names: [site.code, ...things],
    hint: "Add a source for each: `sitekeep validate --explain` shows those that there are, docs/policy.md the kinds.",
  });
}

function rolesNotCovered(policy: ResolvedPolicy, held: Roles): readonly string[] {
  const bare = (is: ProtectedServer["is"], words: (it: RoleServer) => string) =>
    held[is]
      .filter(({ server, databaseServer = server }) => !protects(policy, { is, server, databaseServer }))
      .map(words);
  return [
    ...bare("reporting-point", ({ server }) => `the reporting point ${server}`),
    ...bare("state-migration-point", ({ server }) => `user states on ${server}`),
    ...bare("update-point", updateWords),
  ];
}

function updateWords({ server, databaseServer }: RoleServer): string {
  return databaseServer === undefined
    ? `the update catalogue of ${server}`
    : `SUSDB of ${server} on ${databaseServer}`;
}

function foldersNotCovered(policy: ResolvedPolicy, paths: readonly string[]): readonly string[] {
  const once = [...new Map(paths.map((path) => [path.toLowerCase(), path])).values()].sort();
  const bare = once.filter((path) => !protects(policy, { is: "package-folder", path }));
  if (bare.length === 0) return [];
  return [`${bare.length} source ${bare.length === 1 ? "folder" : "folders"} of packages (${bare[0]}…)`];
}

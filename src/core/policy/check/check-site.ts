import type { Problem } from "../../base/problem.ts";
import { kindOf } from "../../kinds/catalogue.ts";
import type { SourceKind } from "../../model/policy/source.ts";
import type { Judged } from "../text/judged.ts";
import { missingKey } from "../shape/check-map.ts";
import { problemAt, placeOf, type Complaint } from "../text/problem-at.ts";
import { dereference, schemaOf, type SchemaAt } from "../shape/schema.ts";
import {
  entriesOf,
  find,
  findText,
  isPlace,
  type Origin,
  type Written,
  type WrittenMap,
} from "../text/written.ts";

/** The keys that a policy must have in the end, from itself or from its templates. */
const required = [
  ["site", "code"],
  ["site", "database", "server"],
  ["site", "database", "name"],
  ["repository"],
  ["schedule", "cron"],
] as const;

/**
 * Names every key that nobody wrote and that has no default; of a whole map that is missing, only the map.
 */
export function checkRequired({ policy, name }: Judged): readonly Problem[] {
  const missing = required.flatMap((path) => {
    const prefixes = path.map((_, index) => path.slice(0, index + 1));
    const gap = prefixes.find((it) => !isWritten(policy, it));
    return gap === undefined || !isMap(policy, gap.slice(0, -1)) ? [] : [gap];
  });
  const once = new Map(missing.map((path) => [path.join("."), path]));
  return [...once.values()].map((path) => {
    const parents = path.slice(0, -1);
    const head = parents.length === 0 ? name : headOf(find(policy, ...parents), name);
    return missingKey(head, parents.join("."), path.at(-1)!, schemaAt(path));
  });
}

/** A `null` counts as written: that it may not stand there is told of its shape. */
function isWritten(policy: WrittenMap, path: readonly string[]): boolean {
  const parent = path.length === 1 ? policy : find(policy, ...path.slice(0, -1));
  const value = parent?.is === "map" ? parent.entries.get(path.at(-1)!)?.value : undefined;
  return value !== undefined && isPlace(value.origin);
}

function isMap(policy: WrittenMap, path: readonly string[]): boolean {
  return path.length === 0 || find(policy, ...path)?.is === "map";
}

/**
 * The place of the first key that somebody wrote in a map; of an empty one its own, and at last the policy's
 * name.
 */
function headOf(value: Written | undefined, name: Origin): Origin {
  const keys = value?.is === "map" ? [...value.entries.values()].map((it) => it.key) : [];
  return placeOf(...keys, value?.origin, name);
}

function schemaAt(path: readonly string[]): SchemaAt {
  const { schema, file } = schemaOf("policy.schema.json");
  return path.reduce(schemaBelow, { schema: schema.$defs!["BackupPolicy"]!, file });
}

function schemaBelow(at: SchemaAt, key: string): SchemaAt {
  const { schema, file } = dereference(at);
  return dereference({ schema: schema.properties![key]!, file });
}

/** Checks a site's place in its hierarchy, and how its databases are reached. */
export function checkSite(judged: Judged): readonly Problem[] {
  const { policy, name } = judged;
  const partners = entriesOf(find(policy, "partners"));
  const sources = entriesOf(find(policy, "sources"));
  return [
    ...checkCode(judged),
    ...checkHierarchy(judged),
    ...checkLogin(find(policy, "site", "database"), name),
    ...partners.flatMap(([code, it]) => checkDatabase(it, `partners.${code}`, name)),
    ...sources
      .filter(([, it]) => kindOf(findText(it, "kind") as SourceKind).reachesDatabase)
      .flatMap(([source, it]) => checkDatabase(find(it, "database"), `sources.${source}.database`, name)),
  ];
}

// Configuration Manager refuses these as site codes: Windows devices, and a name of its own.
const reservedCodes = new Set(["AUX", "CON", "NUL", "PRN", "SMS"]);

function checkCode({ policy, name }: Judged): readonly Problem[] {
  const code = find(policy, "site", "code");
  const text = findText(code);
  if (code === undefined || text === undefined || !reservedCodes.has(text)) return [];
  return [
    problemAt(placeOf(code.origin, name), {
      code: "site-code-reserved",
      message: `\`${text}\` can't be a site code: Configuration Manager reserves it.`,
      hint: "Write the code that the console shows under Sites.",
    }),
  ];
}

function checkHierarchy({ policy, name }: Judged): readonly Problem[] {
  const code = findText(policy, "site", "code");
  const parent = find(policy, "site", "parent");
  const central = findText(policy, "site", "type") === "central-administration";
  const say = (at: Written, complaint: Complaint): Problem => problemAt(placeOf(at.origin, name), complaint);
  if (parent !== undefined && central) return [say(parent, centralWithParent)];
  if (parent !== undefined && findText(parent) === code) return [say(parent, ownParent)];
  return [...(find(policy, "partners") as WrittenMap).entries]
    .filter(([, entry]) => find(entry.value) !== undefined)
    .filter(([partner]) => (central ? partner === code : partner !== findText(parent)))
    .map(([partner, entry]) =>
      problemAt(placeOf(entry.key, name), strangePartner(partner, findText(parent), central)),
    );
}

const centralWithParent: Complaint = {
  code: "hierarchy-conflict",
  message: "A central administration site has no parent.",
  hint: "Remove `parent`, or write `type: primary`.",
};

const ownParent: Complaint = {
  code: "hierarchy-conflict",
  message: "A site can't be its own parent.",
  hint: "Write the code of the central administration site, or remove `parent` for a stand-alone primary.",
};

function strangePartner(partner: string, parent: string | undefined, central: boolean): Complaint {
  if (central)
    return {
      code: "hierarchy-conflict",
      message: `\`${partner}\` is this site itself.`,
      hint: "Name the primary sites below this one as partners.",
    };
  const standAlone = `\`${partner}\` can't be a partner: without \`site.parent\` this is a stand-alone primary, which replicates with nobody.`;
  return {
    code: "hierarchy-conflict",
    message:
      parent === undefined
        ? standAlone
        : `\`${partner}\` is not the parent of this site: a primary replicates with \`${parent}\` alone.`,
    hint:
      parent === undefined
        ? `Add \`parent: ${partner}\` to \`site\`, or remove the partner.`
        : `Name \`${parent}\`, or remove the partner.`,
  };
}

function checkDatabase(database: Written | undefined, path: string, name: Origin): readonly Problem[] {
  // That nobody wrote it is told of the source, if it must be written.
  if (database?.is !== "map" || !isPlace(database.origin)) return [];
  const missing = ["server", "name"].filter((key) => !database.entries.has(key));
  const head = headOf(database, name);
  const at: SchemaAt = { schema: { $ref: "#/$defs/database" }, file: "source.schema.json" };
  return [
    ...missing.map((key) => missingKey(head, path, key, schemaBelow(at, key))),
    ...checkLogin(database, name),
  ];
}

function checkLogin(database: Written | undefined, name: Origin): readonly Problem[] {
  const login = find(database, "login");
  // An inherited login has been judged where it stands.
  if (login === undefined || !isPlace(login.origin)) return [];
  const auth = find(database, "auth");
  const encrypt = find(database, "encrypt");
  const problems: Problem[] = [];
  if (auth !== undefined) problems.push(problemAt(placeOf(auth.origin, login.origin, name), twoLogins));
  if (encrypt?.is === "scalar" && encrypt.value === false)
    problems.push(problemAt(placeOf(encrypt.origin, login.origin, name), plainPassword));
  return problems;
}

const twoLogins: Complaint = {
  code: "database-two-logins",
  message: "`auth: windows` and `login` exclude each other.",
  hint: "Keep one. A policy removes the login of its template with `login: null`.",
};

const plainPassword: Complaint = {
  code: "database-plain-text",
  severity: "risk",
  message: "With `encrypt: false` the password of this login crosses the network readably.",
  hint: "Remove `encrypt: false`, and name the certificate's authority in the machine file if it isn't trusted.",
};

import type { Problem } from "../../base/problem.ts";
import type { Judged } from "./check-site.ts";
import { problemAt, placeOf, type Complaint } from "../text/problem-at.ts";
import { entriesOf, find, findText, isPlace, itemsOf, type Written } from "../text/written.ts";

/** Checks what the keys of one source mean together, and what hooks may not run. */
export function checkSources(judged: Judged): readonly Problem[] {
  const sources = entriesOf(find(judged.policy, "sources"));
  const none = sources.length === 0 ? [problemAt(placeOf(judged.name), noSource)] : [];
  return [
    ...none,
    ...checkOneDatabase(judged, sources),
    ...sources.flatMap(([name, it]) => checkSource(judged, name, it)),
    ...checkHooks(judged),
  ];
}

const noSource: Complaint = {
  code: "source-none",
  message: "The policy protects nothing: it has no source, and the default ones are switched off.",
  hint: "Write `sources`, or remove `defaultSources: false`.",
};

function checkOneDatabase(
  { name }: Judged,
  sources: readonly (readonly [string, Written])[],
): readonly Problem[] {
  const databases = sources.filter(([, it]) => findText(it, "kind") === "site-database");
  return databases.slice(1).map(([key, it]) =>
    problemAt(placeOf(find(it, "kind")?.origin, it.origin, name), {
      code: "source-conflict",
      message: `\`sources.${key}\` is a second \`site-database\`; a site has one, and \`${databases[0]![0]}\` protects it.`,
      hint: "Remove one of them. Another database is of kind `sql-database`.",
    }),
  );
}

function checkSource(judged: Judged, name: string, source: Written): readonly Problem[] {
  switch (findText(source, "kind")) {
    case "site-database":
      return findText(source, "method") === "external"
        ? checkExternal(judged, name, source)
        : checkStaging(judged, name, source, find(judged.policy, "site", "database"));
    case "sql-keys":
      // Without staging of its own it shares the database's, whose lack is told there.
      if (!isOwn(find(source, "staging")) && hasNativeDatabase(judged)) return [];
      return checkStaging(judged, name, source, find(judged.policy, "site", "database"));
    case "sql-database":
      return checkStaging(judged, name, source, find(source, "database"));
    case "reporting-server":
      return [
        ...checkStaging(judged, name, source, find(source, "database")),
        ...checkKey(judged, name, source),
      ];
    default:
      return [];
  }
}

function isOwn(value: Written | undefined): boolean {
  return value !== undefined && isPlace(value.origin);
}

function hasNativeDatabase({ policy }: Judged): boolean {
  const sources = entriesOf(find(policy, "sources")).map(([, it]) => it);
  return sources.some(
    (it) => findText(it, "kind") === "site-database" && findText(it, "method") === "native",
  );
}

const capturing = ["staging", "differential", "log"];

function checkExternal({ name: document }: Judged, name: string, source: Written): readonly Problem[] {
  return capturing.flatMap((key) => {
    const value = find(source, key);
    return value === undefined
      ? []
      : [
          problemAt(placeOf(value.origin, document), {
            code: "source-conflict",
            message: `\`sources.${name}.${key}\` has no meaning with \`method: external\`: sitekeep takes no backup then.`,
            hint: `Remove \`${key}\`, or write \`method: native\`.`,
          }),
        ];
  });
}

function checkKey({ name: document }: Judged, name: string, source: Written): readonly Problem[] {
  if (find(source, "encryptionKey") !== undefined) return [];
  return [
    problemAt(placeOf(find(source, "kind")?.origin, document), {
      code: "reporting-key-missing",
      severity: "risk",
      message: `\`sources.${name}\` doesn't export the encryption key: after a restore, stored credentials and subscriptions are lost.`,
      hint: "Add `encryptionKey: { password: { file: PATH } }`.",
    }),
  ];
}

function checkStaging(
  judged: Judged,
  name: string,
  source: Written,
  database: Written | undefined,
): readonly Problem[] {
  const server = find(database, "server");
  const address = findText(server);
  if (server === undefined || address === undefined) return [];
  const staging = find(source, "staging");
  const near = isNear(address, nearMachines(judged, source));
  const at = placeOf(staging?.origin, find(source, "kind")?.origin, server.origin, judged.name);
  if (near || !needsReadPath(staging)) return [];
  return [
    problemAt(
      at,
      staging === undefined
        ? noStaging(`${name}: { kind: ${findText(source, "kind")}`, name, address)
        : noReadPath(name),
    ),
  ];
}

function needsReadPath(staging: Written | undefined): boolean {
  if (staging === undefined) return true;
  return find(staging, "read") === undefined && !/^[\\/]{2}/.test(findText(staging, "sql") ?? "");
}

function nearMachines({ policy }: Judged, source: Written): readonly string[] {
  return [...itemsOf(find(policy, "site", "servers")), ...itemsOf(find(source, "on"))].flatMap(
    (it) => findText(it) ?? [],
  );
}

const localNames = new Set([".", "(local)", "localhost", "127.0.0.1", "::1"]);

/**
 * Whether SQL Server runs where sitekeep reads files. Where the policy names no site server that can't be
 * told from the text, and `doctor` finds out.
 */
function isNear(server: string, machines: readonly string[]): boolean {
  const host = server.replace(/^tcp:/i, "").split(/[\\,]/)[0]!.toLowerCase();
  if (localNames.has(host) || machines.length === 0) return true;
  return machines.some((machine) => isSameMachine(machine.toLowerCase(), host));
}

function isSameMachine(left: string, right: string): boolean {
  const short = !left.includes(".") || !right.includes(".");
  return short ? left.split(".")[0] === right.split(".")[0] : left === right;
}

function noStaging(example: string, name: string, server: string): Complaint {
  return {
    code: "source-needs-staging",
    message: `\`sources.${name}\` needs \`staging\`: SQL Server runs on \`${server}\`, which is none of \`site.servers\`, and writes its backups to its own drives.`,
    hint: `Share a folder of \`${server}\` and write \`${example}, staging: { sql: 'E:\\stage', read: '\\\\${server.split(/[\\,]/)[0]}\\stage$' } }\`; \`${name}: null\` removes the source.`,
  };
}

function noReadPath(name: string): Complaint {
  return {
    code: "source-needs-staging",
    message: `\`sources.${name}.staging\` says where SQL Server writes on its own machine, and not how the site server reads it.`,
    hint: "Add `read`: the share of that folder.",
  };
}

/**
 * The task's own script is never a hook: run at another moment it mirrors a half-deleted set over the only
 * archive.
 */
function checkHooks({ policy, name }: Judged): readonly Problem[] {
  const hooks = ["before", "after"].flatMap((when) => itemsOf(find(policy, "hooks", when)));
  return hooks.flatMap((hook) => {
    const words = itemsOf(find(hook, "run"));
    const script = words.find((it) => /(^|[\\/\s"])afterbackup\.bat\b/i.test(findText(it) ?? ""));
    if (script !== undefined) return [problemAt(placeOf(script.origin, name), afterBackup)];
    const program = words[0];
    if (program === undefined || /^([A-Za-z]:[\\/]|[\\/])/.test(findText(program) ?? "")) return [];
    return [problemAt(placeOf(program.origin, name), relativeProgram)];
  });
}

const afterBackup: Complaint = {
  code: "hook-after-backup",
  message:
    "AfterBackup.bat can't be a hook. It belongs to the Backup Site Server task; run by sitekeep it would mirror a half-written set over the archive, and our hand-over inside it would call sitekeep again.",
  hint: "Put what it does into a script of its own, or use a source of kind `task-backup`.",
};

const relativeProgram: Complaint = {
  code: "wrong-value",
  message: "A hook must name its program by an absolute path, as the machine file's `allow` list does.",
  hint: "Write `run: 'D:\\scripts\\tell.cmd'`, or `run: ['C:\\Windows\\System32\\cmd.exe', '/c', …]`.",
};

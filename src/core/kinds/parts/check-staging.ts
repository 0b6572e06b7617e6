import type { Problem } from "../../base/problem.ts";
import type { Judged, JudgedSource } from "../../policy/text/judged.ts";
import { placeOf, problemAt, type Complaint } from "../../policy/text/problem-at.ts";
import { find, findText, itemsOf, type Written } from "../../policy/text/written.ts";

/** Checks that what a database's server writes can be read here. */
export function checkStaging(
  { judged, name, source }: JudgedSource,
  database: Written | undefined,
): readonly Problem[] {
  const server = find(database, "server");
  const address = findText(server);
  if (server === undefined || address === undefined) return [];
  const staging = find(source, "staging");
  if (isNear(address, nearMachines(judged, source)) || !needsReadPath(staging)) return [];
  const at = placeOf(staging?.origin, find(source, "kind")?.origin, server.origin, judged.name);
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
 * told from the text, and the look at the source finds out.
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

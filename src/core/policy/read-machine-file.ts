import { given } from "../base/given.ts";
import type { Problem } from "../base/problem.ts";
import type { Machine } from "../model/policy/machine.ts";
import type { PolicyFile } from "../model/policy/policy-document.ts";
import { checkShape } from "./shape/check-shape.ts";
import { problemAt, placeOf } from "./text/problem-at.ts";
import { readYaml } from "./yaml/read-yaml.ts";
import { schemaOf } from "./shape/schema.ts";
import { sortProblems } from "./sort-problems.ts";
import { textAt, textsAt } from "./text/values.ts";
import { entriesOf, find, findText, type Written } from "./text/written.ts";

/** What a machine file says, or what is wrong with it. */
export interface MachineReading {
  /** Absent when there is any problem: half an allow-list is none. */
  readonly machine?: Machine;
  readonly problems: readonly Problem[];
}

/** Reads the machine file. `hostName` is who the machine is where the file doesn't say. */
export function readMachineFile(file: PolicyFile, hostName: string): MachineReading {
  const { documents, problems } = readYaml(file);
  const [document, second] = documents;
  const shape = document === undefined ? [] : checkShape(document, schemaOf("machine.schema.json"));
  const extra = second === undefined ? [] : [secondDocument(second)];
  const all = sortProblems([...problems, ...shape, ...extra], [file]);
  return document === undefined || all.length > 0
    ? { problems: all }
    : { machine: resolveMachine(document, hostName), problems: [] };
}

function secondDocument(document: Written): Problem {
  return problemAt(placeOf(document.origin), {
    code: "document-kind",
    message: "A machine file holds one document.",
    hint: "Join the two.",
  });
}

function resolveMachine(document: Written, hostName: string): Machine {
  const authority = findText(document, "certificateAuthority");
  const pinned = find(document, "serverCertificates");
  const tools = entriesOf(find(document, "tools")).map(([tool, it]) => [tool, textsAt(it)] as const);
  return {
    identity: findText(document, "identity") ?? hostName,
    allow: textsAt(document, "allow"),
    tools: Object.fromEntries(tools),
    paths: textMap(find(document, "paths")),
    servers: textMap(find(document, "servers")),
    ...given({ certificateAuthority: authority }),
    ...(pinned !== undefined && { serverCertificates: textMap(pinned) }),
  };
}

function textMap(map: Written | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(entriesOf(map).map(([key, it]) => [key, textAt(it)]));
}

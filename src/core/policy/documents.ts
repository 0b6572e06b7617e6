import type { Problem } from "../base/problem.ts";
import { documentKinds, type DocumentKind, type PolicyFile } from "../model/policy/policy-document.ts";
import { checkShape } from "./shape/check-shape.ts";
import { problemAt, placeOf } from "./text/problem-at.ts";
import { readYaml } from "./yaml/read-yaml.ts";
import { schemaOf } from "./shape/schema.ts";
import { lineOf } from "./text/text-file.ts";
import { find, findText, type Origin, type Written, type WrittenMap } from "./text/written.ts";

/** One document, with its name and what it says. */
export interface Document {
  readonly kind: DocumentKind;
  readonly name: string;
  readonly body: WrittenMap;
  /** What is wrong with its shape. With any of it, neither the document nor what rests on it is resolved. */
  readonly problems: readonly Problem[];
}

export interface Documents {
  readonly documents: readonly Document[];
  readonly problems: readonly Problem[];
}

/** Reads files into documents, and checks each one's shape by its schema. */
export function readDocuments(files: readonly PolicyFile[]): Documents {
  const schema = schemaOf("policy.schema.json");
  const read = files.map(readYaml);
  const checked = read
    .flatMap((it) => it.documents)
    .map((value) => ({ value, problems: checkShape(value, schema) }));
  const named = checked.flatMap(({ value, problems }) => asDocument(value, problems));
  const twins = findTwins(named);
  return {
    documents: named.filter((it) => !twins.has(it)),
    problems: [
      ...read.flatMap((it) => it.problems),
      ...checked.flatMap((it) => it.problems),
      ...twins.values(),
    ],
  };
}

function asDocument(body: Written, problems: readonly Problem[]): readonly Document[] {
  const kind = documentKinds.find((it) => it === findText(body, "kind"));
  const name = findText(body, "metadata", "name");
  return body.is === "map" && kind !== undefined && name !== undefined
    ? [{ kind, name, body, problems }]
    : [];
}

/** The later ones of documents with the same kind and name, each with the problem of being one too many. */
function findTwins(documents: readonly Document[]): ReadonlyMap<Document, Problem> {
  const first = new Map<string, Document>();
  const twins = new Map<Document, Problem>();
  for (const document of documents) {
    const key = `${document.kind} ${document.name}`;
    const before = first.get(key);
    if (before === undefined) first.set(key, document);
    else twins.set(document, sameName(document, before));
  }
  return twins;
}

function sameName(document: Document, before: Document): Problem {
  return problemAt(placeOf(nameOrigin(document)), {
    code: "duplicate-name",
    message: `A second ${document.kind} is named \`${document.name}\`; the first stands at ${lineOf(placeOf(nameOrigin(before)))}.`,
    hint: "Rename one of them.",
  });
}

/** Where a document says its name: what to point at when the whole document is meant. */
export function nameOrigin(document: Document): Origin {
  return find(document.body, "metadata", "name")!.origin;
}

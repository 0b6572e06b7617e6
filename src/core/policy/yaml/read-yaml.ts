import {
  Composer,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Parser,
  type Document,
  type Node,
  type YAMLError,
} from "yaml";
import type { Problem } from "../../base/problem.ts";
import { writeTextPlace } from "../../base/text-place.ts";
import type { PolicyFile } from "../../model/policy/policy-document.ts";
import { problemAt, type Complaint } from "../text/problem-at.ts";
import { makeTextFile } from "../text/text-file.ts";
import { checkText } from "./check-text.ts";
import { isNestedTooDeep } from "./nesting.ts";
import { explainSyntaxError } from "./syntax-error.ts";
import { shownKey } from "../shape/wording.ts";
import type { Place, TextFile, Written, WrittenEntry } from "../text/written.ts";

/** Documents in one file. */
const documentsMax = 100;
/** Values in one file, after aliases have been followed. */
const valuesMax = 20_000;
/** Maps and lists inside one another. */
const depthMax = 50;
/** Syntax errors shown of one file: after the first few, the rest is an echo. */
const syntaxErrorsMax = 10;
/** Syntax errors looked at to find those. */
const errorsConsideredMax = 100;
/** Aliases in one file: each is searched for from the start of its document. */
const aliasesMax = 100;

/**
 * The documents of one file that could be understood as YAML, each a tree of values that know their place.
 */
export interface YamlFile {
  readonly file: TextFile;
  readonly documents: readonly Written[];
  readonly problems: readonly Problem[];
}

/** Reads YAML 1.2 of any quality. What is wrong with it comes back as problems; nothing is thrown. */
export function readYaml({ path, text: raw, wholeBytes, unreadable: why }: PolicyFile): YamlFile {
  const { text, ...file } = makeTextFile(path, raw);
  if (why !== undefined) return { file, documents: [], problems: [unreadableFile(path, why)] };
  const unreadable = checkText(file, text, wholeBytes);
  if (unreadable !== undefined) return { file, documents: [], problems: [unreadable] };

  const reader = new Reader(file, text);
  const documents = compose(text, reader);
  const values = documents.flatMap((document) => reader.readDocument(document) ?? []);
  if (values.length === 0 && reader.problems.length === 0) reader.complain(0, 1, emptyFile);
  return { file, documents: values, problems: reader.problems };
}

function unreadableFile(path: string, why: string): Problem {
  return {
    code: "file-unreadable",
    severity: "error",
    message: `${path} can't be read: ${why}.`,
    where: writeTextPlace({ path, line: 1 }),
    hint: "Let the account that runs sitekeep read it; or remove it, where it is a link that leads nowhere.",
  };
}

const emptyFile: Complaint = {
  code: "document-kind",
  message: "The file holds no document.",
  hint: "Write a policy into it, or remove the file.",
};

/** Parses piece by piece, so that a file made of errors or of thousands of documents is given up early. */
function compose(text: string, reader: Reader): readonly Document.Parsed[] {
  const composer = new Composer({ uniqueKeys: false, version: "1.2" });
  const documents: Document.Parsed[] = [];
  let errors = 0;
  for (const token of new Parser().parse(text)) {
    if (token.type === "error") errors += 1;
    if (isNestedTooDeep(token)) reader.complain(token.offset, token.offset + 1, tooDeep);
    else documents.push(...(composer.next(token) as Iterable<Document.Parsed>));
    if (errors > syntaxErrorsMax || documents.length > documentsMax) break;
  }
  documents.push(...(composer.end() as Iterable<Document.Parsed>));
  const surplus = documents[documentsMax];
  if (surplus === undefined) return documents;
  reader.complain(surplus.range[0], 1, tooManyDocuments);
  return [];
}

const tooManyDocuments: Complaint = {
  code: "yaml-limits",
  message: `The file holds more than ${documentsMax} documents.`,
  hint: "Split it into several files.",
};

const tooDeep: Complaint = {
  code: "yaml-limits",
  message: `Maps and lists are nested more than ${depthMax} deep.`,
  hint: "No policy needs that: look for an unclosed bracket or a file that is no policy.",
};

/** Turns one file's YAML nodes into values, and counts what it has made. */
class Reader {
  readonly problems: Problem[] = [];
  readonly #file: TextFile;
  readonly #text: string;
  readonly #open = new Set<Node>();
  #values = 0;
  #aliases = 0;
  #document: Document.Parsed | undefined;

  constructor(file: TextFile, text: string) {
    this.#file = file;
    this.#text = text;
  }

  complain(start: number, end: number, complaint: Complaint): void {
    this.problems.push(problemAt({ file: this.#file, start, end }, complaint));
  }

  readDocument(document: Document.Parsed): Written | undefined {
    if (document.errors.length > 0) {
      for (const error of this.#firstOfEachLine(document.errors)) this.#syntax(error);
      return undefined;
    }
    if (document.directives.yaml.explicit && document.directives.yaml.version !== "1.2") {
      const at = this.#text.lastIndexOf("%YAML", document.range[0]);
      this.complain(at, at + 5, {
        code: "yaml-version",
        message: `The file asks for YAML ${document.directives.yaml.version}.`,
        hint: "Remove the %YAML line: policies are YAML 1.2, where `on` and `no` are plain text.",
      });
      return undefined;
    }
    this.#document = document;
    const contents = document.contents!;
    if (isScalar(contents) && contents.value === null) return undefined;
    const before = this.problems.length;
    const value = this.#read(contents, 0);
    // A document that is only partly understood must not be judged further: what is missing would look
    // forgotten.
    return this.problems.length === before ? value : undefined;
  }

  /** What follows in the same line is an echo of the first error. */
  #firstOfEachLine(errors: readonly YAMLError[]): readonly YAMLError[] {
    const lines = Map.groupBy(errors.slice(0, errorsConsideredMax), (it) =>
      this.#text.lastIndexOf("\n", it.pos[0] - 1),
    );
    return [...lines.values()].map((it) => it[0]!).slice(0, syntaxErrorsMax);
  }

  #syntax(error: YAMLError): void {
    const [start, end] = error.pos;
    this.complain(start, end, explainSyntaxError(error));
  }

  #read(node: Node, depth: number): Written {
    const origin = this.#placeOf(node);
    const nothing: Written = { is: "scalar", value: null, source: "", origin };
    this.#values += 1;
    if (depth > depthMax) return this.#give(nothing, origin, tooDeep);
    if (this.#values > valuesMax) return this.#giveUp(nothing, origin);
    if (isAlias(node)) return this.#follow(node, origin, depth);
    if (node.tag !== undefined && !/^tag:yaml\.org,2002:(str|int|float|bool|null|map|seq)$/.test(node.tag))
      return this.#give(nothing, origin, unknownTag);
    if (isMap(node)) return { is: "map", entries: this.#readEntries(node.items, depth), origin };
    if (isSeq(node))
      return { is: "list", items: node.items.map((item) => this.#read(item as Node, depth + 1)), origin };
    const value = isScalar(node) ? node.value : undefined;
    if (
      value === null ||
      typeof value === "string" ||
      typeof value === "number" ||
      typeof value === "boolean"
    )
      return { is: "scalar", value, source: this.#text.slice(origin.start, origin.end), origin };
    return this.#give(nothing, origin, unknownTag);
  }

  #readEntries(
    pairs: readonly { key: unknown; value: unknown }[],
    depth: number,
  ): ReadonlyMap<string, WrittenEntry> {
    const entries = new Map<string, WrittenEntry>();
    for (const pair of pairs) {
      const keyNode = pair.key as Node;
      const key = this.#placeOf(keyNode);
      const name = isScalar(keyNode)
        ? keyName(keyNode.value, this.#text.slice(key.start, key.end))
        : undefined;
      if (name === undefined) this.#give(undefined, key, noTextKey);
      else if (name === "<<") this.#give(undefined, key, mergeKey);
      else if (entries.has(name)) this.#give(undefined, key, duplicate(name));
      else entries.set(name, { key, value: this.#readValue(pair.value as Node | null, key, depth) });
    }
    return entries;
  }

  #readValue(node: Node | null, key: Place, depth: number): Written {
    if (node === null) return { is: "scalar", value: null, source: "", origin: key };
    const value = this.#read(node, depth + 1);
    // A forgotten value has no place of its own worth pointing at: its key has.
    return value.is === "scalar" && value.source === "" ? { ...value, origin: key } : value;
  }

  #follow(node: Node, origin: Place, depth: number): Written {
    const nothing: Written = { is: "scalar", value: null, source: "", origin };
    this.#aliases += 1;
    if (this.#aliases > aliasesMax)
      return this.#aliases > aliasesMax + 1 ? nothing : this.#give(nothing, origin, tooManyAliases);
    const target = isAlias(node) ? node.resolve(this.#document!) : undefined;
    if (target === undefined || this.#open.has(target)) return this.#give(nothing, origin, badAlias);
    this.#open.add(target);
    const value = this.#read(target, depth);
    this.#open.delete(target);
    return value;
  }

  #give<Value>(value: Value, place: Place, complaint: Complaint): Value {
    if (this.problems.length < syntaxErrorsMax) this.complain(place.start, place.end, complaint);
    return value;
  }

  #giveUp<Value>(value: Value, place: Place): Value {
    if (this.#values > valuesMax + 1) return value;
    return this.#give(value, place, {
      code: "yaml-limits",
      message: `The file holds more than ${valuesMax.toLocaleString("en")} values, aliases followed.`,
      hint: "Split it into several files, and use `extends` instead of aliases.",
    });
  }

  #placeOf(node: Node): Place {
    const [start, end] = node.range!;
    return { file: this.#file, start, end };
  }
}

function keyName(value: unknown, source: string): string | undefined {
  if (typeof value === "string") return value;
  return value === null ? undefined : source;
}

const unknownTag: Complaint = {
  code: "yaml-syntax",
  message: "A YAML tag stands here that policies don't know.",
  hint: "Remove the `!…` and write the plain value; put text that begins with `!` in single quotes.",
};

const noTextKey: Complaint = {
  code: "yaml-syntax",
  message: "A key must be text.",
  hint: "Write a name, a colon and a value. In flow style `{ a: b }` a comma or colon may be missing.",
};

const mergeKey: Complaint = {
  code: "yaml-merge-key",
  message: "The merge key `<<` is not part of YAML 1.2, and policies don't know it.",
  hint: "Put what is common into a document of kind PolicyTemplate and name it with `extends`.",
};

const badAlias: Complaint = {
  code: "yaml-syntax",
  message: "An alias `*…` stands here without an anchor `&…` before it, or inside its own anchor.",
  hint: "Text that begins with `*` needs single quotes; otherwise write the anchor first.",
};

const tooManyAliases: Complaint = {
  code: "yaml-limits",
  message: `The file has more than ${aliasesMax} aliases \`*…\`.`,
  hint: "Put what is common into a document of kind PolicyTemplate and name it with `extends`.",
};

function duplicate(name: string): Complaint {
  return {
    code: "duplicate-key",
    message: `The key \`${shownKey(name)}\` stands here twice.`,
    hint: "Remove one of the two, or join their contents.",
  };
}

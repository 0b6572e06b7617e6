import type { Problem } from "../base/problem.ts";
import type { RepositoryAddress, RepositoryKey, RepositoryPlace } from "../model/policy/resolved-policy.ts";
import { hasRule } from "./check/check-schedule.ts";
import { nameOrigin, type Document } from "./documents.ts";
import { problemAt, placeOf, type Complaint } from "./text/problem-at.ts";
import { readLocation } from "./resolve/read-location.ts";
import { resolveRetention } from "./resolve/resolve-policy.ts";
import { isTrueAt, secretAt } from "./text/values.ts";
import { find, findText, itemsOf, type Origin, type Written } from "./text/written.ts";
import { nearest } from "./shape/wording.ts";

export interface Repositories {
  readonly repositories: readonly RepositoryAddress[];
  readonly problems: readonly Problem[];
}

/**
 * Checks and resolves the Repository documents. One that can't be understood is left out, with its problem.
 */
export function resolveRepositories(documents: readonly Document[]): Repositories {
  const all = documents.filter((it) => it.kind === "Repository");
  const problems: Problem[] = [];
  const repositories = all.flatMap((it) => {
    const found = checkRepository(it, all);
    problems.push(...found);
    const sound = [...it.problems, ...found].every((problem) => problem.severity === "risk");
    return sound ? [resolveRepository(it, all)] : [];
  });
  return { repositories, problems };
}

function checkRepository(document: Document, all: readonly Document[]): readonly Problem[] {
  const { body } = document;
  const keys = find(body, "keys");
  const encrypt = find(body, "encrypt");
  const plain = encrypt?.is === "scalar" && encrypt.value === false;
  const problems: Problem[] = [];
  const mistyped = document.problems.some((it) => it.code === "unknown-key");
  if (!plain && keys === undefined && !mistyped)
    problems.push(problemAt(placeOf(nameOrigin(document)), noKeys));
  if (plain && keys !== undefined) problems.push(problemAt(placeOf(encrypt.origin), keysUnused));
  if (plain && keys === undefined) problems.push(problemAt(placeOf(encrypt.origin), inPlainSight));
  const copies = itemsOf(find(body, "copies"));
  return [...problems, ...copies.flatMap((it) => checkCopy(it, document, all))];
}

const noKeys: Complaint = {
  code: "repository-keys",
  message: "The repository has no key.",
  hint: "Add `keys: [{ file: 'D:\\keys\\main.key' }]`, made by `sitekeep init` or `openssl rand -hex 32`; or say `encrypt: false`.",
};

const keysUnused: Complaint = {
  code: "repository-keys",
  message: "`encrypt: false` and `keys` exclude each other.",
  hint: "Remove `encrypt: false`.",
};

const inPlainSight: Complaint = {
  code: "repository-plain",
  severity: "risk",
  message:
    "The repository is not encrypted: whoever reads its folder reads the site's passwords and certificates.",
  hint: "Remove `encrypt: false` and add `keys`.",
};

function checkCopy(copy: Written, document: Document, all: readonly Document[]): readonly Problem[] {
  const target = find(copy, "repository");
  const name = findText(target);
  if (target === undefined || name === undefined) return [];
  if (name === document.name) return [problemAt(placeOf(target.origin), copyToItself)];
  const retention = find(copy, "retention");
  if (retention !== undefined && !hasRule(retention))
    return [problemAt(placeOf(retention.origin), copyKeepsNothing)];
  return all.some((it) => it.name === name) ? [] : [unknownRepository(target.origin, name, all)];
}

const copyToItself: Complaint = {
  code: "repository-unknown",
  message: "A repository can't be copied to itself.",
  hint: "Name another repository.",
};

const copyKeepsNothing: Complaint = {
  code: "retention-empty",
  message: "The retention of this copy has no rule.",
  hint: "Write at least one rule, or remove `retention`: then the policy's own is used.",
};

/** Says that a repository is named and nowhere defined. */
export function unknownRepository(origin: Origin, name: string, all: readonly Document[]): Problem {
  const names = all.map((it) => it.name);
  const near = nearest(name, names);
  const known =
    names.length === 0 ? "Add a document of kind Repository." : `Known repositories: ${names.join(", ")}.`;
  return problemAt(placeOf(origin), {
    code: "repository-unknown",
    message: `There is no Repository named \`${name}\`.`,
    hint: near === undefined ? known : `Did you mean \`${near}\`?`,
  });
}

function resolveRepository(document: Document, all: readonly Document[]): RepositoryAddress {
  const copies = itemsOf(find(document.body, "copies")).flatMap((copy) => {
    const target = all.find((it) => it.problems.length === 0 && it.name === findText(copy, "repository"));
    const retention = find(copy, "retention");
    if (target === undefined) return [];
    return [
      {
        repository: placeOfRepository(target),
        ...(retention ? { retention: resolveRetention(retention) } : {}),
      },
    ];
  });
  return { ...placeOfRepository(document), ...(copies.length > 0 ? { copies } : {}) };
}

function placeOfRepository({ name, body }: Document): RepositoryPlace {
  return {
    name,
    location: readLocation(body),
    keys: itemsOf(find(body, "keys")).map(resolveKey),
    encrypt: find(body, "encrypt") === undefined || isTrueAt(body, "encrypt"),
  };
}

function resolveKey(key: Written): RepositoryKey {
  const file = findText(key, "file");
  return file === undefined
    ? { as: "password", password: secretAt(key, "password") }
    : { as: "key-file", file };
}

import type { Problem } from "../base/problem.ts";
import type { PolicyDocument, PolicyFile } from "../model/policy/policy-document.ts";
import type { RepositoryAddress, ResolvedPolicy } from "../model/policy/resolved-policy.ts";
import { checkAccepts } from "./check/check-accepts.ts";
import { checkSchedule } from "./check/check-schedule.ts";
import { checkRequired, checkSite } from "./check/check-site.ts";
import { checkSources } from "./check/check-sources.ts";
import { completePolicy } from "./resolve/complete-policy.ts";
import { nameOrigin, readDocuments, type Document } from "./documents.ts";
import { extend } from "./extend.ts";
import { problemAt, placeOf } from "./text/problem-at.ts";
import { resolveRepositories, unknownRepository } from "./repositories.ts";
import { resolvePolicy } from "./resolve/resolve-policy.ts";
import { sortProblems } from "./sort-problems.ts";
import { lineOf } from "./text/text-file.ts";
import { find, findText, type WrittenMap } from "./text/written.ts";

/** What a folder of policy files says. */
export interface PolicyReading {
  /** Every policy that can be understood, in the order of the files. */
  readonly policies: readonly ResolvedPolicy[];
  /**
   * Each of them by its name as it was written, templates and defaults laid together: to show a risk in its
   * place.
   */
  readonly written: ReadonlyMap<string, WrittenMap>;
  readonly repositories: readonly RepositoryAddress[];
  /** Every document with a kind and a name, the broken ones too. */
  readonly documents: readonly PolicyDocument[];
  /**
   * All problems at once, by file and line. A policy with an error is not among `policies`; a risk keeps none
   * out.
   */
  readonly problems: readonly Problem[];
}

/**
 * Reads policy files: parses, checks, merges templates, fills in defaults. Pure, and total: whatever is in
 * the files, the answer is a value.
 */
export function readPolicies(files: readonly PolicyFile[]): PolicyReading {
  const { documents, problems: reading } = readDocuments(files);
  const { repositories, problems: keeping } = resolveRepositories(documents);
  const judged = documents
    .filter((it) => it.kind === "BackupPolicy")
    .map((document) => judge(document, documents));
  const rivals = findRivals(judged);
  const sound = judged.filter((it) => it.sound && !rivals.has(it));
  const problems = [...reading, ...keeping, ...judged.flatMap((it) => it.problems), ...rivals.values()];
  return {
    policies: sound.flatMap((it) => resolve(it, repositories)),
    written: new Map(sound.flatMap((it) => (it.policy ? [[it.document.name, it.policy] as const] : []))),
    repositories,
    documents: documents.map(describe),
    problems: sortProblems(problems, files),
  };
}

/** A policy with its templates and defaults laid together, and what is wrong with its meaning. */
interface Judgement {
  readonly document: Document;
  readonly policy?: WrittenMap;
  /** True when nothing is wrong with it, neither its shape nor its meaning, risks apart. */
  readonly sound: boolean;
  readonly problems: readonly Problem[];
}

// A mistyped key leaves a gap where the right one should be: the gap is an echo then.
const gaps = new Set<Problem["code"]>([
  "missing-key",
  "source-needs-staging",
  "source-none",
  "retention-empty",
  "acceptance-too-wide",
]);

/** Lays a policy over its templates and defaults and checks what it means; also used to explain it. */
export function judge(document: Document, documents: readonly Document[]): Judgement {
  const templates = documents.filter((it) => it.kind === "PolicyTemplate");
  const extended = extend(document, templates);
  if ("problem" in extended) return { document, sound: false, problems: [extended.problem] };
  const policy = completePolicy(extended.body);
  const judged = { policy, name: nameOrigin(document) };
  const found = [checkRequired, checkSite, checkSchedule, checkSources, checkAccepts].flatMap((check) =>
    check(judged),
  );
  const mistyped = extended.shape.some((it) => it.code === "unknown-key");
  const problems = [...found, ...checkRepositoryName(policy, documents)].filter(
    (it) => !mistyped || !gaps.has(it.code),
  );
  const sound = extended.shape.length === 0 && problems.every((it) => it.severity === "risk");
  return { document, policy, sound, problems };
}

function checkRepositoryName(policy: WrittenMap, documents: readonly Document[]): readonly Problem[] {
  const all = documents.filter((it) => it.kind === "Repository");
  const name = find(policy, "repository");
  const text = findText(name);
  if (name === undefined || text === undefined || all.some((it) => it.name === text)) return [];
  return [unknownRepository(name.origin, text, all)];
}

/** Policies for one site: which of them is meant can't be told, so none of them is applied. */
function findRivals(judged: readonly Judgement[]): ReadonlyMap<Judgement, Problem> {
  const bySite = Map.groupBy(judged, (it) => findText(it.policy, "site", "code"));
  const rivals = new Map<Judgement, Problem>();
  for (const [code, group] of bySite) {
    if (code === undefined || group.length < 2) continue;
    for (const one of group)
      rivals.set(
        one,
        rivalOf(
          one,
          group.find((it) => it !== one)!,
          code,
        ),
      );
  }
  return rivals;
}

function rivalOf(one: Judgement, other: Judgement, code: string): Problem {
  const at = placeOf(find(one.policy, "site", "code")?.origin, nameOrigin(one.document));
  const there = placeOf(nameOrigin(other.document));
  return problemAt(at, {
    code: "site-twice",
    message: `Site \`${code}\` has a second policy, \`${other.document.name}\` at ${lineOf(there)}.`,
    hint: "Keep one policy for each site: join the two, or correct a site code.",
  });
}

function resolve(
  { document, policy }: Judgement,
  repositories: readonly RepositoryAddress[],
): readonly ResolvedPolicy[] {
  const repository = repositories.find((it) => it.name === findText(policy, "repository"));
  if (policy === undefined || repository === undefined) return [];
  return [resolvePolicy(policy, repository, describe(document).where)];
}

function describe({ kind, name, body }: Document): PolicyDocument {
  return { kind, name, where: lineOf(placeOf(find(body, "kind")?.origin)) };
}

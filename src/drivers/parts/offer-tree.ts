import { given } from "../../core/base/given.ts";
import { type Problem, ProblemError } from "../../core/base/problem.ts";
import type { Offer, Sink } from "../../core/model/offer.ts";
import { fileProblem } from "../access/files/file-problems.ts";
import { walkTree } from "../access/files/file-tree.ts";
import { findOwnPaths } from "../access/files/own-paths.ts";
import { joinPath } from "../access/files/windows-path.ts";
import { FolderUnreadable, type FoundEntry, type WalkRemark } from "../access/files/found-entry.ts";
import type { Means } from "../driver.ts";
import { aboutMachine, type Subject } from "../../core/base/subject.ts";

/** A folder that goes into a snapshot. */
export interface TreeRequest {
  /** By which this machine reaches it. */
  readonly folder: string;
  /** The tree's root as the policy names it. */
  readonly shown: string;
  /** Where the tree stands in the snapshot; "" for its root. */
  readonly prefix: string;
  /** At the start of a sentence: `The content library`. */
  readonly what: string;
  readonly where: string;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** The digest that a file's own name states, from its path below the folder. */
  knownSha256?(path: string): string | undefined;
  /** Files, by their path below the folder, whose text `look` finds with them. */
  readonly texts?: RegExp;
  /** Looks at each entry as well, beside its being offered. */
  look?(entry: FoundEntry): void;
  /** True when the tree is a set that is worth nothing without each of its files. */
  readonly isSet?: boolean;
  /** True for files that change while they are read, by nature. */
  isGrowing?(path: string): boolean;
}

/** What was offered. */
export interface TreeOffered {
  readonly files: number;
  readonly bytes: number;
  readonly problems: readonly Problem[];
  /** Patterns that asked for something and found nothing. */
  readonly idle: readonly string[];
}

/** Problems told one by one for one tree; what is beyond is counted. */
const problemsMax = 50;

/**
 * Offers a folder with everything below it. Throws a problem when the folder itself can't be read; what can't
 * be read below it is a risk in the answer.
 */
export async function offerTree(
  request: TreeRequest,
  sink: Sink,
  { signal, own: places }: Pick<Means, "signal" | "own">,
): Promise<TreeOffered> {
  const { isOwn, below: own } = await findOwnPaths(request.folder, places);
  if (isOwn) throw new ProblemError({ ...ownProblem(request.shown, request.where), severity: "error" });
  let files = 0;
  let bytes = 0;
  const take = (entry: FoundEntry): Promise<void> => {
    if (entry.type === "file") files++;
    bytes += entry.size;
    request.look?.(entry);
    return sink.offer(offerOf(request, entry));
  };
  const { include = [], exclude = [], texts } = request;
  const { remarks, idle } = await walkTree(request.folder, take, {
    include,
    exclude,
    own,
    signal,
    ...given({ texts }),
  }).catch((thrown: unknown) => {
    throw thrown instanceof FolderUnreadable ? folderProblem(request, thrown) : thrown;
  });
  return { files, bytes, problems: remarkProblems(request, remarks), idle };
}

/** What is offered of an entry that was found on disk, below the request's prefix. */
function offerOf(request: TreeRequest, entry: FoundEntry): Offer {
  const { modifiedAt, size, fileId, changedAt } = entry;
  const path = request.prefix === "" ? entry.path : `${request.prefix}/${entry.path}`;
  if (entry.type === "folder") return { type: "folder", path, modifiedAt };
  const locator = { file: entry.file };
  const offer: Offer = { type: "file", path, modifiedAt, size, locator, stamp: { fileId, changedAt } };
  const knownSha256 = request.knownSha256?.(entry.path);
  const isGrowing = request.isGrowing?.(entry.path) === true;
  if (knownSha256 === undefined && !request.isSet && !isGrowing) return offer;
  return {
    ...offer,
    ...given({ knownSha256 }),
    ...(request.isSet && { essential: true as const }),
    ...(isGrowing && { growing: true as const }),
  };
}

function folderProblem({ shown, where, what }: TreeRequest, error: FolderUnreadable): ProblemError {
  return new ProblemError(fileProblem(error.reason, { path: shown, where, what }), { cause: error });
}

function remarkProblems(request: TreeRequest, remarks: readonly WalkRemark[]): readonly Problem[] {
  const problems = remarks.slice(0, problemsMax).map((remark) => remarkProblem(remark, request));
  if (remarks.length <= problemsMax) return problems;
  const rest = remarks.length - problemsMax;
  return [
    ...problems,
    {
      ...problems[0]!,
      message: `${rest} more entries below ${request.shown} were left out.`,
      about: aboutMachine({ kind: "rest", of: request.shown }),
    },
  ];
}

/** Says what was left out of a tree, and why. */
export function remarkProblem(
  remark: WalkRemark,
  { shown, where }: { readonly shown: string; readonly where: string },
): Problem {
  const path = `${shown}: ${remark.path}`;
  const about = aboutMachine({ kind: "file", path: `${shown}/${remark.path}` });
  if (remark.error === "own") return { ...ownProblem(path, where), about };
  if (remark.error === "link")
    return {
      code: "link-not-followed",
      severity: "risk",
      message: `A link was left out: ${path}`,
      where,
      hint: "Protect what it points to as a source of its own, or exclude it.",
      about,
    };
  if (remark.error === "special")
    return {
      code: "file-unreadable",
      severity: "risk",
      message: `A socket or device was left out, where a file was looked for: ${path}`,
      where,
      hint: "Look what program keeps it there, or exclude it.",
      about,
    };
  if (remark.error.code === "ENOENT") return goneProblem(remark, { path, where, about });
  // A path that can be put into a command: its cure may be one.
  const place = { path: joinPath(shown, remark.path), where, what: "An entry", severity: "risk" } as const;
  return { ...fileProblem(remark.error, place), about };
}

/** Says that a place is the program's own. */
export function ownProblem(path: string, where: string): Problem {
  return {
    code: "own-place-left-out",
    severity: "risk",
    message: `A repository, a key, a secret or this machine's own state was left out: ${path}`,
    where,
    hint: "Nothing, as long as keys are kept elsewhere too. Exclude it, and this is not told.",
    about: aboutMachine({ kind: "file", path }),
  };
}

/** What was listed and is not found by its name: gone, unless the name is one that text can't hold. */
function goneProblem(
  { path: relative }: WalkRemark,
  { path, ...named }: Pick<Problem, "where"> & { readonly path: string; readonly about: Subject },
): Problem {
  if (relative.includes("\uFFFD"))
    return {
      code: "file-name-unreadable",
      severity: "risk",
      message: `An entry has a name that is no Unicode text, and was left out: ${path}`,
      hint: "Rename it; a program in another code page, or a damaged disk, gave it that name.",
      ...named,
    };
  return {
    code: "file-vanished",
    severity: "risk",
    message: `An entry was gone when it was looked at: ${path}`,
    hint: "Nothing, if it was temporary. Otherwise look what removes files during a capture.",
    ...named,
  };
}

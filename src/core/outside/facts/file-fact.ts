import type { OutsideFact } from "./outside-fact.ts";

/** A folder of the site that files of other products lie below; a policy or a registry tells where it is. */
export type FilePlace =
  | "the install folder"
  | "the content library"
  | "the task's set"
  | "the task's destination"
  | "a user's profile"
  | "the report server's folder";

/** A file or a folder of another product, by its place. */
export interface FileFact<Path extends readonly string[] = readonly string[]> extends OutsideFact {
  readonly kind: "file name";
  readonly at: FilePlace;
  /** From the place down, a name each. Windows asks for no case; where it differs the other name is tried. */
  readonly path: Path;
  /** A sound site may be without it: that it is not there is no difference. */
  readonly mayLack?: true;
  /** Other places where it is looked for. */
  readonly orAt?: readonly { readonly at: FilePlace; readonly path: readonly string[] }[];
  /** Other ways to write the first name, for file systems that tell them apart. */
  readonly alsoWritten?: readonly string[];
}

/** Something within a file, known by a pattern: a section, a key, a line of a log. */
export interface ContentFact extends OutsideFact {
  readonly kind: "setting" | "log line" | "message id";
  readonly within: FileFact;
  /** A pattern by which it is known again, in the whole text of the file. */
  readonly shows: RegExp;
}

/** A file as it is written down: the compiler keeps its path. */
export function file<const Path extends readonly string[]>(
  at: FilePlace,
  path: Path,
  told: Omit<FileFact<Path>, "id" | "kind" | "at" | "path">,
): FileFact<Path> {
  return { id: path.join("\\"), kind: "file name", at, path, ...told };
}

/** The paths to try, the usual one first. */
export function waysToWrite({ path, alsoWritten = [] }: FileFact): readonly (readonly string[])[] {
  return [path, ...alsoWritten.map((first) => [first, ...path.slice(1)])];
}

/** What stands within a file. */
export function content<const Fact extends Omit<ContentFact, "id">>(
  name: string,
  told: Fact,
): Fact & { readonly id: string } {
  return { id: `${told.within.path.at(-1)!}: ${name}`, ...told };
}

declare const made: unique symbol;

/**
 * The thing that a problem is about: its kind, and names that tell it from every other thing of that kind.
 * Plain JSON. The mark, which no value bears, has the compiler refuse a subject that was not made here or by
 * `core/model/site-subject.ts`: which kinds there are is said in these two places alone.
 */
export interface Subject {
  readonly kind: string;
  readonly [made]: true;
}

/** The kinds of thing that any machine has, and what names each of them. */
interface MachineThings {
  /** A file or folder. `on`: the machine whose drive it is on, where the path does not say so. */
  readonly file: { readonly path: string; readonly on?: string };
  readonly "registry-key": { readonly key: string };
  /** A program that is started. */
  readonly tool: { readonly name: string };
  readonly server: { readonly name: string };
  readonly database: { readonly server: string; readonly name: string };
  /** What is left out of a list of problems for its length: those of a folder, or of a source. */
  readonly rest: { readonly of: string };
}

/** A thing of any machine that a problem can be about. */
export type MachineSubject = {
  [Kind in keyof MachineThings]: { readonly kind: Kind } & MachineThings[Kind];
}[keyof MachineThings];

/** Makes the subject of a problem with a machine. */
export function aboutMachine(subject: MachineSubject): Subject {
  return subject as MachineSubject & Subject;
}

/** Changes each of a subject's names. */
export function mapNames(subject: Subject, change: (name: string) => string): Subject {
  const changed = Object.entries(subject).map(([key, name]: [string, unknown]) => [
    key,
    Array.isArray(name) ? name.map((it) => change(String(it))) : key === "kind" ? name : change(String(name)),
  ]);
  return Object.fromEntries(changed) as Subject;
}

/** A subject as one line, `file:E:\SMS\bin`: equal lines name one thing, and a line may be stored. */
export function subjectLine(subject: Subject): string {
  const { kind, ...names } = subject;
  const words = Object.entries(names)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([, name]) => [name as unknown].flat().map(escape).join(","));
  return [`${kind}:${words[0] ?? ""}`, ...words.slice(1)].join("|");
}

/** What parts names from each other is no part of a name. */
function escape(name: unknown): string {
  return String(name).replaceAll(/[%|,]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
}

import { type Problem, subjectOf } from "../base/problem.ts";
import { type MachineSubject, type Subject, subjectLine } from "../base/subject.ts";

/** The kinds of thing of a site, and what names each of them. */
interface SiteThings {
  readonly site: { readonly site: string };
  /** Some of a site's sources together. */
  readonly sources: { readonly site: string; readonly sources: readonly string[] };
  /** A site that replicates with this one. */
  readonly partner: { readonly site: string; readonly partner: string };
  /** The window as it is for one copy of the database: the newest, or the one that a plan is to make. */
  readonly window: { readonly site: string; readonly copy: "newest" | "coming" };
  /** What a recovery from a site's newest point would lack. */
  readonly point: { readonly site: string; readonly lacks: readonly string[] };
  readonly repository: { readonly name: string };
  /** A content of the content library, by its digest. */
  readonly content: { readonly digest: string };
  /** A pattern of a source. */
  readonly pattern: { readonly source: string; readonly pattern: string };
  /** What the newest capture of a source left out, by the lines of its subjects. */
  readonly "left-out": { readonly source: string; readonly things: readonly string[] };
  /** A webhook that a policy names, by where its address is. */
  readonly webhook: { readonly site: string; readonly webhook: string };
  /** What a policy may accept, by all that it names: an acceptance is looked for there. */
  readonly hazard: { readonly names: readonly string[] };
}

/** A thing of a site that a problem can be about, where that is more than the place to look at. */
export type SiteSubject = {
  [Kind in keyof SiteThings]: { readonly kind: Kind } & SiteThings[Kind];
}[keyof SiteThings];

/** Makes the subject of a problem with a site. */
export function aboutSite(subject: SiteSubject): Subject {
  return subject as SiteSubject & Subject;
}

/** The subject of a verdict on the window. */
export function aboutWindow({ code }: { readonly code: string }, copy: "newest" | "coming"): Subject {
  return aboutSite({ kind: "window", site: code, copy });
}

/** Whether a problem is the verdict on the window as it is now, which lists and plans show by itself. */
export function isVerdictOn(problem: Pick<Problem, "where" | "about">, site: string): boolean {
  return subjectOf(problem) === subjectLine(aboutWindow({ code: site }, "newest"));
}

/** Whether a problem is of a hazard that lint looks for. */
export function isHazard(subject: Subject | undefined): boolean {
  return (subject as unknown as SiteSubject | undefined)?.kind === "hazard";
}

/** Everything that a hazard names; nothing for any other subject. */
export function namesOf(subject: Subject | undefined): readonly string[] {
  const known = subject as unknown as SiteSubject | undefined;
  return known?.kind === "hazard" ? known.names : [];
}

/** The path that a problem is about; nothing for any other subject. */
export function pathOfSubject(subject: Subject | undefined): string | undefined {
  const known = subject as unknown as MachineSubject | undefined;
  return known?.kind === "file" ? known.path : undefined;
}

/** The pattern that a problem is about; nothing for any other subject. */
export function patternOfSubject(subject: Subject | undefined): string | undefined {
  const known = subject as unknown as SiteSubject | undefined;
  return known?.kind === "pattern" ? known.pattern : undefined;
}

import type { Problem } from "../base/problem.ts";
import type { Document } from "./documents.ts";
import { merge, withoutEntries } from "./text/merge.ts";
import { problemAt, placeOf, type Complaint } from "./text/problem-at.ts";
import { find, findText, type WrittenMap } from "./text/written.ts";
import { nearest } from "./shape/wording.ts";

/** Templates on top of one another: more are a maze. */
const templatesMax = 10;

/** A policy laid over its templates, with what is wrong with the shape of each; or why that can't be done. */
export type Extended =
  { readonly body: WrittenMap; readonly shape: readonly Problem[] } | { readonly problem: Problem };

/**
 * Follows `extends` down and merges upwards. What a template says of itself (its name, its labels) stays its
 * own.
 */
export function extend(document: Document, templates: readonly Document[]): Extended {
  const chain: Document[] = [document];
  for (let top = document; ; top = chain.at(-1)!) {
    const name = findText(top.body, "extends");
    if (name === undefined) break;
    const template = templates.find((it) => it.name === name);
    if (template === undefined) return { problem: complain(top, unknownTemplate(name, templates)) };
    if (chain.includes(template)) return { problem: complain(top, cycle(chain, template)) };
    if (chain.length > templatesMax) return { problem: complain(top, tooMany) };
    chain.push(template);
  }
  const [policy, ...below] = chain.map((it) => it.body);
  const templated = below
    .toReversed()
    .map((it) => withoutEntries(it, "apiVersion", "kind", "metadata", "extends"));
  const shape = chain.flatMap((it) => it.problems);
  return { body: [...templated, withoutEntries(policy!, "extends")].reduce(merge), shape };
}

function complain(document: Document, complaint: Complaint): Problem {
  return problemAt(placeOf(find(document.body, "extends")!.origin), complaint);
}

function unknownTemplate(name: string, templates: readonly Document[]): Complaint {
  const names = templates.map((it) => it.name);
  const near = nearest(name, names);
  const known =
    names.length === 0 ? "There is none in these files." : `Known templates: ${names.join(", ")}.`;
  return {
    code: "template-unknown",
    message: `There is no PolicyTemplate named \`${name}\`.`,
    hint: near === undefined ? known : `Did you mean \`${near}\`?`,
  };
}

function cycle(chain: readonly Document[], again: Document): Complaint {
  const names = [...chain.slice(chain.indexOf(again)), again].map((it) => it.name);
  return {
    code: "template-cycle",
    message: `Templates extend each other in a circle: ${names.join(" → ")}.`,
    hint: "Remove one of the `extends`.",
  };
}

const tooMany: Complaint = {
  code: "template-cycle",
  message: `More than ${templatesMax} templates stand on top of one another here.`,
  hint: "Join some of them.",
};

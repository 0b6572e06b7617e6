import { given } from "../../base/given.ts";
import type { TreeFilter } from "../../model/policy/source.ts";
import { textsAt } from "../../policy/text/values.ts";
import { findText, type Written } from "../../policy/text/written.ts";

/** The machine of a source as a member to be spread: absent where it is the site server itself. */
export function machineOf(source: Written): { readonly on?: string } {
  return given({ on: findText(source, "on") });
}

/** Which part of a tree a source means. */
export function filterOf(source: Written): TreeFilter {
  return { include: textsAt(source, "include"), exclude: textsAt(source, "exclude") };
}

import { given } from "../../base/given.ts";
import type { Acceptance } from "../../model/policy/acceptance.ts";
import type { ResolvedPolicy } from "../../model/policy/resolved-policy.ts";
import { textAt } from "../text/values.ts";
import { findText, itemsOf, type Written } from "../text/written.ts";

/**
 * The accepted risks of a policy that was checked, as a member to be spread: absent where none is written.
 */
export function resolveAccepts(accepts: Written | undefined): Pick<ResolvedPolicy, "accepts"> {
  const items = itemsOf(accepts);
  return items.length === 0 ? {} : { accepts: items.map(resolveAcceptance) };
}

function resolveAcceptance(item: Written): Acceptance {
  const [of, until] = [findText(item, "of"), findText(item, "until")];
  return {
    risk: textAt(item, "risk") as Acceptance["risk"],
    ...(of !== undefined && { of: onOneLine(of) }),
    because: onOneLine(textAt(item, "because")),
    ...given({ until }),
  };
}

/** A reason of several lines is shown in lines of reports. */
function onOneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, " ");
}

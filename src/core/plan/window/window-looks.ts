import type { WindowLook } from "../../model/database-copy.ts";
import type { DatabaseWindowFacts, WindowFacts } from "../../model/observation.ts";

type Read = WindowFacts["own"];

/** What a snapshot of the site database records of the window (docs/plan.md). */
export function makeLook({ own, partners }: WindowFacts): WindowLook {
  const read = Object.entries(partners).flatMap(([site, facts]) =>
    wasRead(facts) ? [[site, facts] as const] : [],
  );
  return { ...(wasRead(own) && { own }), partners: Object.fromEntries(read) };
}

function wasRead(read: Read): read is DatabaseWindowFacts {
  return !("problem" in read);
}

import { sqlKeysFacts } from "../../model/facts/sql-keys.ts";
import { given } from "../../base/given.ts";
import type { Problem } from "../../base/problem.ts";
import type { Snapshot } from "../../model/repository/snapshot.ts";
import type { Source } from "../../model/policy/source.ts";
import { factsOf } from "../../model/observation.ts";
import { aboutSite } from "../../model/site-subject.ts";
import type { Survey } from "../survey/survey.ts";

/** A certificate as a server has it now, which the newest snapshot does not hold. */
interface Renewed {
  readonly title: string;
  readonly now: string;
  /** The thumbprint of the one of that name in the newest snapshot. Absent: there is none. */
  readonly before?: string;
}

/**
 * Certificates that were renewed, or came, since their source was captured: what is encrypted from then on
 * opens with a key that is in no snapshot. Nothing of sources that the plan captures.
 */
export function renewalRisks(survey: Survey, captured: ReadonlySet<string>): readonly Problem[] {
  const { policy, newest } = survey;
  return policy.sources
    .filter(({ name }) => !captured.has(name))
    .flatMap((source) => {
      const last = newest.get(source.name);
      const renewed = last === undefined ? [] : renewedSince(last, survey, source);
      return renewed.length === 0 ? [] : [tell(policy.site.code, source, renewed)];
    });
}

function renewedSince(last: Snapshot, { observed }: Survey, { name }: Source): readonly Renewed[] {
  const held = sqlKeysFacts.get(last.facts, "certificates");
  const seen = sqlKeysFacts.get(factsOf(observed, name), "certificates");
  // Snapshots of before thumbprints were written down tell nothing of them.
  if (held === undefined || seen === undefined) return [];
  return Object.entries(seen).flatMap(([key, now]) => {
    const before = held[key];
    return before === now ? [] : [{ title: key, now, ...given({ before }) }];
  });
}

function tell(site: string, { name }: Source, renewed: readonly Renewed[]): Problem {
  const words = renewed.map(({ title, now, before }) =>
    before === undefined
      ? `the ${title} (0x${now}) is not in the newest snapshot`
      : `the ${title} is another one now (0x${now}) than in the newest snapshot (0x${before})`,
  );
  return {
    code: "key-renewed",
    severity: "risk",
    message: `Since ${site}/${name} was captured keys have changed: ${words.join("; ")}. What is encrypted from now on opens with no key that is kept.`,
    where: `${site}/${name}`,
    hint: `Run \`sitekeep capture ${site} ${name}\` while the server has them.`,
    about: aboutSite({ kind: "hazard", names: [site, ...renewed.map(({ title }) => title)] }),
  };
}

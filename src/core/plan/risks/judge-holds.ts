import type { Problem } from "../../base/problem.ts";
import type { HoldFacts } from "../../model/repository/hold.ts";
import type { Survey } from "../survey/survey.ts";
import { aboutSite } from "../../model/site-subject.ts";

/**
 * What is red about a site's holds: one that can't be read keeps every point, here and in repositories of
 * copies.
 */
export function judgeHolds({ policy, observed }: Survey): readonly Problem[] {
  const { code } = policy.site;
  const places = [{ repository: policy.repository.name, holds: observed.holds }, ...(observed.copies ?? [])];
  return places.flatMap(({ repository, holds }) => unreadable(code, repository, holds));
}

function unreadable(site: string, repository: string, holds: HoldFacts | undefined): readonly Problem[] {
  const [first, ...others] = holds?.unreadable ?? [];
  if (first === undefined) return [];
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  return [
    {
      code: "hold-unreadable",
      severity: "risk",
      message: `${first}${more} of the repository ${repository} can't be read and may hold any point: nothing of ${site} is forgotten there.`,
      where: `repository ${repository}`,
      hint: "Run `sitekeep repo check`: what a later version wrote asks for that version, and what is damaged is taken away by `sitekeep repo repair`. Then hold again what is to stay.",
      about: aboutSite({ kind: "repository", name: repository }),
    },
  ];
}

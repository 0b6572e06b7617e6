import type { Problem } from "../../base/problem.ts";
import type { ProblemCode } from "../../base/problem-codes.ts";
import { aboutSite } from "../../model/site-subject.ts";
import type { Survey } from "../survey/survey.ts";

/**
 * What is red about manifests and records that can't be read, here and in repositories of copies. Captures
 * and restores go on; nothing is forgotten, for nobody knows what is there and what went of late.
 */
export function judgeUnread({ policy, observed }: Survey): readonly Problem[] {
  const { code } = policy.site;
  const places = [
    { repository: policy.repository.name, unread: observed.unread },
    ...(observed.copies ?? []),
  ];
  return places.flatMap(({ repository, unread = [] }) => {
    const isManifest = (name: string): boolean => name.startsWith("snapshots/");
    return [
      ...told("snapshot-unreadable", code, { repository, objects: unread.filter(isManifest) }),
      ...told("record-unreadable", code, { repository, objects: unread.filter((it) => !isManifest(it)) }),
    ];
  });
}

/** What an object that can't be read leaves unknown, as the rest of a sentence. */
const unknown: Readonly<Partial<Record<ProblemCode, string>>> = {
  "snapshot-unreadable": "it may be the newest snapshot of any source",
  "record-unreadable": "what it tells of runs or of keys is not known",
};

function told(
  code: ProblemCode,
  site: string,
  { repository, objects }: { readonly repository: string; readonly objects: readonly string[] },
): readonly Problem[] {
  const [first, ...others] = objects;
  if (first === undefined) return [];
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  return [
    {
      code,
      severity: "risk",
      message: `${first}${more} of the repository ${repository} can't be read, and ${unknown[code]}: nothing of ${site} is forgotten there.`,
      where: `repository ${repository}`,
      hint: "Run `sitekeep repo check`: what a later version wrote asks for that version, and what is damaged is taken away by `sitekeep repo repair`, which says before what is lost with it.",
      about: aboutSite({ kind: "repository", name: repository }),
    },
  ];
}

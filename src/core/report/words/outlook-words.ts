import { formatMinute } from "../../base/instant.ts";
import type { Instant } from "../../base/instant.ts";
import type { LastReason, Outlook } from "../../model/outlook.ts";

/** How long a point stays, or when it goes, as half a sentence. */
export function outlookWords(outlook: Outlook): string {
  switch (outlook.stays) {
    case "not":
      return outlook.braked
        ? `goes with the run of ${formatMinute(outlook.at)}: the brake has it wait`
        : "goes with the next run";
    case "until": {
      const [until, end] = [formatMinute(outlook.at), lastWords(outlook.last, outlook.point)];
      return outlook.braked
        ? `stays until ${until}: ${end}, and the brake has it wait`
        : `stays until ${until}, when ${end}`;
    }
    case "until-released":
      return "stays until it is released";
    case "for-good":
      return "stays for good: the policy has nothing that lets it go";
    case "beyond":
      return `stays beyond ${formatMinute(outlook.at).slice(0, 10)}`;
  }
}

/** What happens to the last reason that holds a point, by the run that makes the given point. */
function lastWords(last: LastReason, point: Instant): string {
  const newer = `the point of ${formatMinute(point)}`;
  switch (last.why) {
    case "rule":
      return last.taken
        ? `${newer} takes ${last.rule} ${last.period}`
        : `${newer} fills ${last.rule} ${last.of}`;
    case "oldest":
      return "the rules are filled without the oldest point";
    case "within":
      return `it is too old beside ${newer}`;
    case "newest-data":
      return `${newer} is complete`;
    case "incomplete-grace":
      return "it is incomplete and its grace is over";
    case "min-points":
      return "there are enough newer points";
    case "newest-verified":
    case "none-newer-verified":
      return `${newer} is verified`;
    case "newest-verified-inside":
      return `${newer} is the newest inside the window`;
    case "newest-verified-outside":
      return "a newer one has left the window";
    case "newest-unverified-inside":
      return "it has left the window";
    case "chain":
      return "what is laid on it goes";
  }
}

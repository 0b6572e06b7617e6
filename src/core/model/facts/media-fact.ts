import { absent, known, unknown } from "../../base/fact.ts";
import type { Fact } from "../../base/fact.ts";
import type { Codec } from "./codec.ts";
import { notUnderstood } from "./not-understood.ts";

/**
 * The version that the recovery media are of, CD.Latest. Known: `5.0.9128.1007`, as Setup's own file has
 * it. Absent: there are
 * none. Unknown: they are there, and nothing tells of which version.
 */
export const mediaVersion: Codec<Fact<string>> = {
  write: (version) =>
    version.is === "known" ? version.value : version.is === "absent" ? "missing" : "unknown",
  read: (json) => {
    if (json === "missing") return absent;
    return typeof json === "string" && isVersion(json) ? known(json) : unknown(notUnderstood("cdLatest"));
  },
};

function isVersion(text: string): boolean {
  return /^\d+\.\d+\.\d+/.test(text);
}

import type { Complaint } from "../text/problem-at.ts";
import { nearest } from "../shape/wording.ts";

/** What is wrong with the name of a time zone. */
export function judgeZone(name: string | undefined): Complaint | undefined {
  if (name === undefined) return undefined;
  if (/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(name) && isZone(name)) return undefined;
  const near = nearest(name, ["UTC", ...Intl.supportedValuesOf("timeZone")]);
  const windows = name.endsWith("Standard Time") ? " Windows names such as this one are not used." : "";
  return {
    code: "schedule-zone",
    message: `\`${name.slice(0, 60)}\` is no IANA time zone.${windows}`,
    hint: near === undefined ? "Write a name such as `Europe/Madrid` or `UTC`." : `Did you mean \`${near}\`?`,
  };
}

function isZone(name: string): boolean {
  if (name === "UTC") return true;
  try {
    Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

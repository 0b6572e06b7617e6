import type { Json, JsonObject } from "../../base/json.ts";
import { absent, known, unknown } from "../../base/fact.ts";
import type { Fact } from "../../base/fact.ts";
import { aboutMachine, subjectLine } from "../../base/subject.ts";

import { notUnderstood } from "./not-understood.ts";

/** What is there and could not be had, by its subject's line; absent where everything could be. */
export type Missing = Fact<readonly string[]>;

/** What a driver says is there and could not be had: a database that its program has locked. */
export function readMissing({ missing }: JsonObject): Missing {
  if (missing === undefined) return absent;
  const isList = Array.isArray(missing) && missing.every((it: Json) => typeof it === "string");
  if (!isList) return unknown(notUnderstood("missing"));
  const lines = (missing as readonly string[]).map((it) => (isLine(it) ? it : lineOfSentence(it)));
  return lines.length === 0 ? absent : known(lines);
}

function isLine(text: string): boolean {
  return /^[a-z-]+:/.test(text);
}

/**
 * The first manifests hold the sentence of the problem in place of its subject. The driver of Updates
 * Publisher alone wrote them, and its words of then stay here, whatever they are now. Any other sentence is
 * the name of nothing.
 */
function lineOfSentence(sentence: string): string {
  const [, what = "", says = "", shown = ""] = sentenceOfThen.exec(sentence) ?? [];
  if (shown === "") return sentence;
  const [, on] = /^The folder with the profiles of (.+)$/s.exec(what) ?? [];
  const path = says === "can't be read" ? shown.replace(/ \([^()]+\)$/, "") : shown;
  if (on !== undefined)
    return subjectLine(aboutMachine({ kind: "file", path, ...(on !== "this machine" && { on }) }));
  // A folder that was walked, and what was found below it, stood apart.
  return subjectLine(aboutMachine({ kind: "file", path: path.replace(": ", "/") }));
}

const sentenceOfThen =
  /^(The Updates Publisher database|The folder with the profiles of .+?|A profile|An entry|A socket or device) (is not there|may not be read|is held open by another program|can't be reached|can't be read|could not be written, the disk is full|was left out, where a file was looked for): (.+)$/s;

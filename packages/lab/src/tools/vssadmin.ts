import { readState } from "../lab-state.ts";
import { chanceFrom } from "../seeded-chance.ts";
import { toolWords, type ToolWords } from "../windows/tool-words.ts";
import { shadowWriters, siteWriter, type ShadowWriter } from "../windows/writers.ts";
import { consoleResult, type ConsoleResult } from "../windows/console-result.ts";

/**
 * Behaves like `vssadmin.exe list writers` on the site server of a lab. Everything it says is on its standard
 * output; it ends with 2 where it can't tell.
 */
export function vssadmin(lab: string, args: readonly string[]): ConsoleResult {
  const { vssadmin: words } = toolWords(lab);
  const incidents = readState(lab).incidents;
  const heading = `${words.heading}\r\n(C) Copyright 2001-2013 Microsoft Corp.\r\n\r\n`;
  if (incidents.includes("services-refused")) return consoleResult(2, `${heading}${words.noRight}\r\n\r\n`);
  if (args.map((it) => it.toLowerCase()).join(" ") !== "list writers")
    return consoleResult(2, `${heading}${words.wrongUse}\r\n\r\n`);
  const hasFailed = incidents.includes("vss-writer-failed");
  const writers = shadowWriters.map((it) => writerText(words, it, hasFailed && it === siteWriter));
  return consoleResult(0, heading + writers.join(""));
}

function writerText(words: ToolWords["vssadmin"], writer: ShadowWriter, hasFailed: boolean): string {
  const [name, id, instance, state, error] = words.labels;
  const lines = [
    `${name}: ${words.quote}${writer.name}${words.quote}`,
    `   ${id}: {${writer.id}}`,
    `   ${instance}: {${chanceFrom(`instance of ${writer.name}`).guid()}}`,
    `   ${state}: ${hasFailed ? `[8] ${words.failed}` : `[1] ${words.stable}`}`,
    `   ${error}: ${hasFailed ? words.nonRetryable : words.noError}`,
    "",
  ];
  return lines.map((it) => `${it}\r\n`).join("");
}

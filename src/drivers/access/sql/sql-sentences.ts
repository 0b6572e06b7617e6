import { errorNumbers } from "../../../core/outside/sql/sql-errors.ts";
import type { SqlError } from "./sql-runner.ts";

/** Every message with its number, without the closing one that says nothing; of very many the first ones. */
export function sentencesOf({ messages }: SqlError): string {
  const endings: readonly number[] = errorNumbers("ended after another error");
  const telling = messages.filter((it) => !endings.includes(it.number));
  const told = telling.length > 0 ? telling : messages;
  const sentences = told
    .slice(0, sentencesMax)
    .map((it) => (it.number > 0 ? `${it.text} (error ${it.number})` : it.text));
  const more = told.length - sentences.length;
  return [...sentences, ...(more > 0 ? [`(and ${more} or more errors beside)`] : [])].join(" ");
}

const sentencesMax = 10;

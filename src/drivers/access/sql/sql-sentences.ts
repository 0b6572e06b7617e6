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

/** The cure of a key that a server lacks. Its sentence tells the thumbprint, in any language. */
export function keyHint(server: string, sentence: string): string {
  const [thumbprint] = /\b0x[0-9A-F]{16,}\b/i.exec(sentence) ?? [];
  if (thumbprint === undefined)
    return `Restore the certificate to ${server}, or open the master key there first (source kind sql-keys), then try again.`;
  return `Create the certificate with the thumbprint ${thumbprint} in master of ${server} first, from a snapshot of kind sql-keys whose facts tell that thumbprint (docs/permissions.md, “Keys back”), then try again.`;
}

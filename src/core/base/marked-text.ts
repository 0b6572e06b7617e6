/** What bytes say as text, or why they are none. */
export type MarkedText = { readonly text: string } | { readonly fault: "not-utf-8" | "has-nul" };

/**
 * Decodes text that an editor or a shell wrote: UTF-8, or UTF-16 where a byte order mark says so, as Notepad
 * and the `>` of Windows PowerShell write it. The mark is no part of the text. UTF-16 without one shows by
 * the NUL in most of its letters.
 */
export function readMarkedText(bytes: Uint8Array): MarkedText {
  const text = decoded(bytes);
  if (text === undefined) return { fault: "not-utf-8" };
  return text.includes("\0") ? { fault: "has-nul" } : { text };
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}

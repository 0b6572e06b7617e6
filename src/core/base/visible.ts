/** Control characters but tabs and ends of lines, and those that turn the direction of a line. */
const obeyed = /(?![\t\n]|\r\n)[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** Writes what a terminal would obey and not show as text: `\x1b`, `\u202e`. Tabs and ends of lines stay. */
export function makeVisible(text: string): string {
  return text.replaceAll(obeyed, nameOf);
}

function nameOf(character: string): string {
  const code = character.charCodeAt(0).toString(16);
  return code.length > 2 ? `\\u${code.padStart(4, "0")}` : `\\x${code.padStart(2, "0")}`;
}

/**
 * A colour is begun and ended by this, and nothing else: no title is set by it and nothing is written over.
 */
const colour = /\[[\d;]*m/y;

/**
 * Keeps from a terminal what it must never be told, and lets colours and ends of lines through. JSON has none
 * of it, and comes out as it was.
 */
export function guardTerminal(text: string): string {
  return text.replaceAll(obeyed, (character, at: number) => {
    colour.lastIndex = at + 1;
    const isHarmless = character > "\u001f" || (character === "\u001b" && colour.test(text));
    return isHarmless ? character : nameOf(character);
  });
}

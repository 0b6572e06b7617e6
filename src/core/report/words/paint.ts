/** What a piece of text means, for whoever can show it in colour. */
export type Style = "good" | "bad" | "warn" | "dim" | "bold";

/** Gives a text a meaning that a terminal may show as colour. Reports stay pure: they are handed one. */
export type Paint = (style: Style, text: string) => string;

/** Leaves every text as it is. */
export const noPaint: Paint = (_style, text) => text;

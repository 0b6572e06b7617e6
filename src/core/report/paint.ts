/** Gives a text a meaning that a terminal may show as colour. Reports stay pure: they are handed one. */
export type Paint = (style: "good" | "bad" | "warn" | "dim" | "bold", text: string) => string;

/** Leaves every text as it is. */
export const noPaint: Paint = (_style, text) => text;

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A fault that somebody could make in the product: one text put in the place of another. */
export interface Bug {
  readonly name: string;
  readonly what: string;
  readonly file: string;
  /** Where it is looked for first: a file of tests, and how their titles begin. */
  readonly hunt: { readonly tests: string; readonly title: string };
  readonly from: string;
  readonly to: string;
}

const folder = "test/campaign/bugs";
const form =
  /^(?<what>.+)\nfile: (?<file>\S+)\nhunt: (?<tests>\S+) (?<title>.+)\n--- from\n(?<from>[^]+?)\n--- to\n(?<to>[^]*?)\n?$/;

/** The written bugs, by name. */
export function readBugs(): readonly Bug[] {
  return readdirSync(folder)
    .sort()
    .map((file) => {
      const parts = form.exec(readFileSync(join(folder, file), "utf8"))?.groups;
      if (!parts) throw new Error(`${file} is not written as bugs are: what, file, hunt, from, to.`);
      const { what = "", file: target = "", tests = "", title = "", from = "", to = "" } = parts;
      return { name: file.replace(/\.txt$/, ""), what, file: target, hunt: { tests, title }, from, to };
    });
}

/** The text with the bug in it. One whose place is gone, or is there twice, proves nothing any more. */
export function withBug(text: string, { name, file, from, to }: Bug): string {
  const places = text.split(from).length - 1;
  if (places !== 1) throw new Error(`The bug ${name} has ${places} places in ${file}, not one.`);
  return text.replace(from, () => to);
}

import type { Problem } from "../../base/problem.ts";
import { problemAt, type Complaint } from "../text/problem-at.ts";
import type { TextFile } from "../text/written.ts";

/**
 * Characters in one file: some twenty policies. More than a policy needs and little enough that the worst
 * text is judged within a second.
 */
export const policyFileCharactersMax = 64 * 1024;

/** Bytes of the longest file that may have so few characters: a larger one need not be read. */
export const policyFileBytesMax = 4 * policyFileCharactersMax;

/**
 * Looks whether this is text in UTF-8 of a size that a person would write. `wholeBytes`: the text is cut off.
 */
export function checkText(file: TextFile, text: string, wholeBytes: number | undefined): Problem | undefined {
  const start = { file, start: 0, end: 1 };
  if (wholeBytes !== undefined) return problemAt(start, tooLarge(wholeBytes, "bytes"));
  if (text.length > policyFileCharactersMax) return problemAt(start, tooLarge(text.length, "characters"));
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  const stray = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffd\ufffe\uffff]|\r(?!\n)/.exec(text);
  if (stray === null) return undefined;
  const at = stray.index;
  return problemAt({ file, start: at, end: at + 1 }, strayCharacter(text, stray[0]));
}

function tooLarge(length: number, unit: "bytes" | "characters"): Complaint {
  return {
    code: "policy-file-size",
    message: `The file has ${length.toLocaleString("en")} ${unit}; the limit is ${policyFileCharactersMax.toLocaleString("en")} characters.`,
    hint: "Split it into several files, or move what is no policy out of the policy folder.",
  };
}

function strayCharacter(text: string, character: string): Complaint {
  if (looksLikeUtf16(text))
    return {
      code: "policy-file-encoding",
      message: "The file is UTF-16, or no text at all.",
      hint: "Save it as UTF-8. PowerShell: `Set-Content -Encoding utf8`; Notepad: Save as, encoding UTF-8.",
    };
  const name = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
  if (character === "\ufffd")
    return {
      code: "policy-file-encoding",
      message: "A byte stands here that is not UTF-8.",
      hint: "Save the file as UTF-8; it was probably saved in a Windows code page.",
    };
  return {
    code: "policy-file-encoding",
    message: `The control character U+${name} stands here.`,
    hint: "Remove it; it is invisible in most editors.",
  };
}

function looksLikeUtf16(text: string): boolean {
  const start = text.slice(0, 200);
  return /^\ufffd\ufffd|^\ufffe/.test(start) || start.split("\0").length > start.length / 4;
}

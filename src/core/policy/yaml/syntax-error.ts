import type { YAMLError } from "yaml";
import type { Complaint } from "../text/problem-at.ts";

/**
 * Says a YAML error in our words. The library's own are not used: they quote the text, and so its secrets.
 */
export function explainSyntaxError(error: YAMLError): Complaint {
  // Both lack an indent, and only the flow collection lacks a bracket.
  const unclosed = error.code === "BAD_INDENT" && error.message.startsWith("Flow");
  const [message, hint] = unclosed ? brackets : (explanations[error.code] ?? notYaml);
  return { code: "yaml-syntax", message, hint };
}

const brackets = [
  "A bracket or brace is not closed, or what is inside it stands too far left.",
  "Close it, or write the list or map in lines below its key.",
] as const;

const explanations: Partial<Record<YAMLError["code"], readonly [string, string]>> = {
  TAB_AS_INDENT: ["A tab indents this line.", "Indent with spaces: YAML allows no tabs there."],
  BAD_INDENT: ["The indentation fits none of the lines above.", "Indent it like its siblings, with spaces."],
  MULTILINE_IMPLICIT_KEY: [
    "A key stretches over several lines.",
    "Look for a missing `:` in this line or above.",
  ],
  MISSING_CHAR: [
    "A quote, bracket, comma or colon is missing here.",
    "Close the quote or bracket that was opened before this place.",
  ],
  BLOCK_IN_FLOW: brackets,
  BAD_COLLECTION_TYPE: [
    "A list stands where a map was begun, or the other way round.",
    "Check `-` and indentation.",
  ],
  BLOCK_AS_IMPLICIT_KEY: [
    "A second `:` stands in this line, or what follows a key begins wrongly.",
    "Put text with `: ` in it in single quotes, and nested keys in lines of their own.",
  ],
  BAD_DQ_ESCAPE: [
    "A backslash inside double quotes begins an escape that YAML doesn't know.",
    "Put Windows paths in single quotes: 'E:\\stage'.",
  ],
  BAD_ALIAS: ["An alias or anchor is malformed.", "Put text that begins with `*` or `&` in single quotes."],
  BAD_SCALAR_START: ["A plain text can't begin with this character.", "Put the value in single quotes."],
  UNEXPECTED_TOKEN: [
    "Something stands here that doesn't fit.",
    "Look for a stray character or a missing quote.",
  ],
};

const notYaml = [
  "This is not YAML.",
  "Look for a missing colon, a stray quote or wrong indentation here or just above.",
] as const;

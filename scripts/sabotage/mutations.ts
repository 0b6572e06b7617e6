import { parseAst } from "vitest/node";

/** One small break of a source text: the characters from `start` to `end` are replaced. */
export interface Mutation {
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [member: string]: unknown;
}

type Break = readonly [Node, string];

const otherOperator: Readonly<Record<string, string>> = {
  "===": "!==",
  "!==": "===",
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "%": "*",
  "&&": "||",
  "||": "&&",
  "??": "&&",
};
const filters = new Set(["filter", "sort", "toSorted", "reverse", "toReversed", "trim", "toLowerCase"]);

/** Every place where the text can be broken, in the order of the text. The broken text is still a program. */
export function mutationsOf(text: string): readonly Mutation[] {
  const found: Mutation[] = [];
  visit(parseAst(text, { lang: "ts" }) as unknown as Node, (node) => {
    for (const [{ start, end }, by] of breaksOf(node, text))
      if (text.slice(start, end) !== by) found.push({ start, end, by });
  });
  return found.sort((left, right) => left.start - right.start);
}

export function mutate(text: string, { start, end, by }: Mutation): string {
  return text.slice(0, start) + by + text.slice(end);
}

function visit(node: Node, look: (node: Node) => void): void {
  if (isOnlyForTypes(node)) return;
  look(node);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) visit(child, look);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}

function isOnlyForTypes({ type }: Node): boolean {
  if (type === "ImportDeclaration" || type === "ExportAllDeclaration") return true;
  return /^TS(?!AsExpression|NonNullExpression|SatisfiesExpression)/.test(type);
}

function breaksOf(node: Node, text: string): readonly Break[] {
  const inner = (member: string) => node[member] as Node;
  const negated = (it: Node): Break => [it, `!(${text.slice(it.start, it.end)})`];
  switch (node.type) {
    case "BinaryExpression":
    case "LogicalExpression":
      return otherOperatorIn(node, text);
    case "IfStatement":
    case "ConditionalExpression":
      return [negated(inner("test"))];
    case "WhileStatement":
      return [[inner("test"), "false"]];
    case "UnaryExpression":
      return node["operator"] === "!" ? [[node, text.slice(node.start + 1, node.end)]] : [];
    case "Literal":
      return literalBreaks(node);
    case "TemplateLiteral":
      return /\w/.test(text[node.start - 1] ?? "") ? [] : [[node, '"sabotage"']]; // Not one that has a tag.
    case "ReturnStatement":
      return node["argument"] ? [[inner("argument"), "undefined"]] : [[node, ";"]];
    case "ThrowStatement":
    case "ContinueStatement":
      return [[node, ";"]];
    case "ExpressionStatement":
      return "directive" in node && node["directive"] ? [] : [[node, ";"]];
    case "ArrowFunctionExpression":
      return inner("body").type === "BlockStatement"
        ? emptied(inner("body"))
        : [[inner("body"), "undefined"]];
    case "FunctionDeclaration":
    case "FunctionExpression":
      return node["body"] ? emptied(inner("body")) : [];
    case "ArrayExpression":
      return [[node, "[]"]];
    case "CallExpression":
      return withoutFilter(inner("callee"), node, text);
    case "ObjectExpression":
      return withoutMembers(node["properties"] as readonly Node[], text);
    default:
      return [];
  }
}

function otherOperatorIn(node: Node, text: string): readonly Break[] {
  const [left, right] = [node["left"] as Node, node["right"] as Node];
  const operator = node["operator"] as string;
  const other = otherOperator[operator];
  const at = text.indexOf(operator, left.end);
  if (other === undefined || at < 0 || at >= right.start) return [];
  // Both sides keep their parentheses: `??` may not stand bare beside the others.
  return other === "&&" && operator === "??"
    ? [[node, `(${text.slice(left.start, left.end)})`]]
    : [[{ ...node, start: at, end: at + operator.length }, other]];
}

function literalBreaks(node: Node): readonly Break[] {
  const { value } = node;
  if ("regex" in node && node["regex"]) return [[node, "/(?!)/g"]];
  if (typeof value === "boolean") return [[node, String(!value)]];
  if (typeof value === "number") return [[node, String(value + 1)]];
  return typeof value === "string" ? [[node, value === "" ? '"sabotage"' : '""']] : [];
}

function emptied(body: Node): readonly Break[] {
  return (body["body"] as readonly Node[]).length === 0 ? [] : [[body, "{}"]];
}

/** `list.filter(f)` becomes `list`. */
function withoutFilter(callee: Node, call: Node, text: string): readonly Break[] {
  const name = (callee["property"] as Node | undefined)?.["name"] as string | undefined;
  if (callee.type !== "MemberExpression" || name === undefined || !filters.has(name)) return [];
  const object = callee["object"] as Node;
  return [[call, text.slice(object.start, object.end)]];
}

function withoutMembers(members: readonly Node[], text: string): readonly Break[] {
  return members.map((member) => {
    const comma = /^\s*,/.exec(text.slice(member.end))?.[0].length ?? 0;
    return [{ ...member, end: member.end + comma }, ""];
  });
}

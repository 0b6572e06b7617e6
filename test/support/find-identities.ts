import {
  isArrowFunction,
  isBinaryExpression,
  isBindingElement,
  isCallExpression,
  isElementAccessExpression,
  isIdentifier,
  isNewExpression,
  isNumericLiteral,
  isParameterDeclaration,
  isPropertyAccessExpression,
  isPropertyAssignment,
  isPropertySignatureDeclaration,
  isRegularExpressionLiteral,
  isStringLiteral,
  isSwitchStatement,
  isVariableDeclaration,
  type Node,
  type SourceFile,
  SyntaxKind,
} from "typescript/unstable/ast";

/** A place where a sentence, or a part of a code, is taken for the name of a thing. */
export interface FoundIdentity {
  readonly file: string;
  /** Counted from one. */
  readonly line: number;
  /** The expression, its white space made single blanks. */
  readonly text: string;
}

/** Members that hold words for people. */
const sentences: ReadonlySet<string> = new Set(["message", "hint", "detail", "note", "title", "words"]);

/** Where to look: an address that is written for people too. */
const places: ReadonlySet<string> = new Set(["where"]);

const comparisons: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.EqualsEqualsToken,
  SyntaxKind.EqualsEqualsEqualsToken,
  SyntaxKind.ExclamationEqualsToken,
  SyntaxKind.ExclamationEqualsEqualsToken,
  SyntaxKind.LessThanToken,
  SyntaxKind.GreaterThanToken,
]);

/** Methods of a text that look into it. */
const looksInto: ReadonlySet<string> = new Set([
  "startsWith",
  "endsWith",
  "includes",
  "indexOf",
  "lastIndexOf",
  "match",
  "matchAll",
  "search",
  "split",
  "localeCompare",
  "replace",
  "replaceAll",
]);

/** Methods that ask for a text, or keep it to be asked for, in a list, a set, a map or another text. */
const asksFor: ReadonlySet<string> = new Set([
  "test",
  "exec",
  "includes",
  "has",
  "get",
  "set",
  "add",
  "indexOf",
  "startsWith",
  "endsWith",
  "localeCompare",
]);

const gathers: ReadonlySet<string> = new Set(["groupBy", "sort", "toSorted"]);

/**
 * Finds where sentences are compared, parsed, or used as keys, and where codes are asked for by a part of
 * them.
 */
export function findIdentities(file: string, tree: SourceFile): readonly FoundIdentity[] {
  const found = new Map<Node, FoundIdentity>();
  const visit = (node: Node): void => {
    const use = useOf(node);
    if (use !== undefined) found.set(use, { file, line: lineOf(tree, use), text: textOf(tree, use) });
    node.forEachChild(visit);
  };
  visit(tree);
  return [...found.values()];
}

/** The expression in which a name is taken for more than words, if it is. */
function useOf(node: Node): Node | undefined {
  const name = nameOf(node);
  if (name === undefined) return undefined;
  if (name === "code") return partOfCode(node);
  return sentences.has(name) || places.has(name) ? identityIn(node) : undefined;
}

/** The member that an expression reads, or the variable: not where one is declared or given. */
function nameOf(node: Node): string | undefined {
  if (isPropertyAccessExpression(node)) return node.name.text;
  if (isElementAccessExpression(node)) {
    const { argumentExpression: key } = node;
    return isStringLiteral(key) ? key.text : undefined;
  }
  if (!isIdentifier(node) || isDeclared(node)) return undefined;
  return node.text;
}

function isDeclared(node: Node): boolean {
  const { parent } = node;
  if (isPropertyAccessExpression(parent)) return parent.name === node;
  if (isPropertyAssignment(parent) || isVariableDeclaration(parent)) return parent.name === node;
  return isBindingElement(parent) || isParameterDeclaration(parent) || isPropertySignatureDeclaration(parent);
}

function identityIn(node: Node): Node | undefined {
  return comparedIn(node) ?? lookedInto(node) ?? askedFor(node) ?? keyIn(node);
}

/** Whether there is one, or how long it is, may be asked. */
function comparedIn(node: Node): Node | undefined {
  const { parent } = node;
  if (isSwitchStatement(parent)) return parent;
  if (!isBinaryExpression(parent) || !comparisons.has(parent.operatorToken.kind)) return undefined;
  const other = parent.left === node ? parent.right : parent.left;
  const isEmptiness =
    (isIdentifier(other) && other.text === "undefined") ||
    other.kind === SyntaxKind.NullKeyword ||
    isNumericLiteral(other) ||
    (isStringLiteral(other) && other.text === "");
  return isEmptiness ? undefined : parent;
}

function lookedInto(node: Node): Node | undefined {
  const { parent } = node;
  if (isElementAccessExpression(parent) && parent.argumentExpression === node) return parent;
  if (!isPropertyAccessExpression(parent) || parent.expression !== node) return undefined;
  return looksInto.has(parent.name.text) && isCallExpression(parent.parent) ? parent.parent : undefined;
}

function askedFor(node: Node): Node | undefined {
  const { parent } = node;
  if (!isCallExpression(parent) || !parent.arguments.includes(node as never)) return undefined;
  const { expression } = parent;
  return isPropertyAccessExpression(expression) && asksFor.has(expression.name.text) ? parent : undefined;
}

/** Part of a key by which things are gathered or sorted, or which a set or a map is made of. */
function keyIn(node: Node): Node | undefined {
  for (let at = node.parent; at !== undefined; at = at.parent) {
    if (isNewExpression(at) && isIdentifier(at.expression) && /^(Weak)?(Map|Set)$/.test(at.expression.text))
      return at;
    if (!isArrowFunction(at)) continue;
    const call = at.parent;
    if (!isCallExpression(call)) return undefined;
    const { expression } = call;
    if (isPropertyAccessExpression(expression) && gathers.has(expression.name.text)) return call;
  }
  return undefined;
}

function partOfCode(node: Node): Node | undefined {
  const { parent } = node;
  const into = lookedInto(node);
  if (into !== undefined && !isElementAccessExpression(into)) return into;
  const asking = askedFor(node);
  if (asking === undefined || !isCallExpression(asking)) return undefined;
  const { expression } = asking;
  const isPattern =
    isPropertyAccessExpression(expression) &&
    (expression.name.text === "exec" || expression.name.text === "test") &&
    isRegularExpressionLiteral(expression.expression);
  return isPattern ? (parent as Node) : undefined;
}

function lineOf(tree: SourceFile, node: Node): number {
  return tree.text.slice(0, node.getStart(tree)).split("\n").length;
}

function textOf(tree: SourceFile, node: Node): string {
  return node.getText(tree).replaceAll(/\s+/g, " ");
}

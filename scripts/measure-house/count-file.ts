import { dirname, join, normalize } from "node:path";
import {
  isBlock,
  isCallExpression,
  isExportDeclaration,
  isFunctionLikeDeclaration,
  isImportDeclaration,
  isImportTypeNode,
  isInterfaceDeclaration,
  isIntersectionTypeNode,
  isLiteralTypeNode,
  isParenthesizedTypeNode,
  isMethodSignatureDeclaration,
  isPropertySignatureDeclaration,
  isRegularExpressionLiteral,
  isStringLiteral,
  isTemplateLiteralToken,
  isTypeAliasDeclaration,
  isTypeLiteralNode,
  isUnionTypeNode,
  isVariableStatement,
  SyntaxKind,
  type Node,
  type SourceFile,
} from "typescript/unstable/ast";

/** A name that other files can see. */
export interface Told {
  readonly name: string;
  /** The line that it stands on, counted from one. */
  readonly line: number;
  /** Whether a doc comment stands above it. */
  readonly hasDoc: boolean;
}

/** What is counted of one file. */
export interface FileCount {
  /** The file from the project's root, with forward slashes. */
  readonly path: string;
  readonly lines: number;
  /** For each function, method and accessor with a body in braces its lines, without its doc. */
  readonly functions: readonly number[];
  readonly exports: readonly Told[];
  /**
   * Properties and methods of exported interfaces and object types; of a union or an intersection, those of
   * each part. What names a case, as `why: "due"` does, is none.
   */
  readonly members: readonly Told[];
  /** Files of the project that the file imports, types included, written like `path`. */
  readonly imports: readonly string[];
  /** Lines, counted from one, that run past 110 columns with a comment on them. */
  readonly wideComments: readonly number[];
}

const columnsMax = 110;

/**
 * Counts one file from its syntax tree. Names that are passed on from elsewhere (`export … from`) aren't its
 * own.
 */
export function countFile(path: string, tree: SourceFile): FileCount {
  const nodes = everyNode(tree);
  const exported = tree.statements.filter(isExported);
  const told = (node: Node, name: string): Told => ({
    name,
    line: lineOf(tree, node.getStart(tree)),
    hasDoc: (node.jsDoc ?? []).length > 0,
  });
  return {
    path,
    lines: linesOf(tree.text),
    functions: nodes.filter(hasBody).map((it) => lineOf(tree, it.end) - lineOf(tree, it.getStart(tree)) + 1),
    exports: exported.flatMap((it) => namesOf(it).map((name) => told(it, name))),
    members: exported.flatMap((it) => membersOf(it).map((member) => told(member, nameOf(member)))),
    imports: importsOf(path, nodes),
    wideComments: wideComments(tree, nodes.filter(isLiteralText)),
  };
}

/** An empty last line isn't one. */
export function linesOf(text: string): number {
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}

function everyNode(tree: SourceFile): readonly Node[] {
  const nodes: Node[] = [];
  const visit = (node: Node): void => {
    nodes.push(node);
    node.forEachChild(visit);
  };
  visit(tree);
  return nodes;
}

function lineOf(tree: SourceFile, position: number): number {
  return tree.getLineAndCharacterOfPosition(position).line + 1;
}

function hasBody(node: Node): boolean {
  return isFunctionLikeDeclaration(node) && node.body !== undefined && isBlock(node.body);
}

function isExported(node: Node): boolean {
  const { modifiers } = node as { modifiers?: readonly Node[] };
  return modifiers?.some(({ kind }) => kind === SyntaxKind.ExportKeyword) ?? false;
}

function namesOf(statement: Node): readonly string[] {
  if (!isVariableStatement(statement)) return [nameOf(statement)];
  return statement.declarationList.declarations.map(nameOf);
}

function nameOf(node: Node): string {
  const { name } = node as { name?: Node };
  return name?.getText() ?? "";
}

function membersOf(statement: Node): readonly Node[] {
  if (isInterfaceDeclaration(statement)) return statement.members.filter(isMember);
  return isTypeAliasDeclaration(statement) ? membersOfType(statement.type) : [];
}

function membersOfType(type: Node): readonly Node[] {
  if (isTypeLiteralNode(type)) return type.members.filter(isMember);
  if (isParenthesizedTypeNode(type)) return membersOfType(type.type);
  return isUnionTypeNode(type) || isIntersectionTypeNode(type) ? type.types.flatMap(membersOfType) : [];
}

/** A member that can only be one text names the case that it stands in, and tells nothing else. */
function isMember(node: Node): boolean {
  if (!isPropertySignatureDeclaration(node)) return isMethodSignatureDeclaration(node);
  const { type } = node;
  return type === undefined || !isLiteralTypeNode(type) || !isStringLiteral(type.literal);
}

function importsOf(path: string, nodes: readonly Node[]): readonly string[] {
  const relative = nodes.flatMap((node) => specifierOf(node) ?? []).filter((it) => it.startsWith("."));
  return [...new Set(relative.map((it) => normalize(join(dirname(path), it)).replaceAll("\\", "/")))];
}

function specifierOf(node: Node): string | undefined {
  const named = importedBy(node);
  return named !== undefined && isStringLiteral(named) ? named.text : undefined;
}

function importedBy(node: Node): Node | undefined {
  if (isImportDeclaration(node) || isExportDeclaration(node)) return node.moduleSpecifier;
  if (isImportTypeNode(node)) return isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  const isImport = isCallExpression(node) && node.expression.kind === SyntaxKind.ImportKeyword;
  return isImport ? node.arguments[0] : undefined;
}

function isLiteralText(node: Node): boolean {
  return isStringLiteral(node) || isTemplateLiteralToken(node) || isRegularExpressionLiteral(node);
}

/** What looks like a comment inside a text or a pattern isn't one. */
function wideComments(tree: SourceFile, literals: readonly Node[]): readonly number[] {
  const starts = tree.getLineStarts();
  return tree.text.split("\n").flatMap((line, at) => {
    if (line.trimEnd().length <= columnsMax) return [];
    const openings = [...line.matchAll(/\/\/|\/\*|^ *\*/g)].map(({ index }) => starts[at]! + index);
    const isComment = openings.some((it) => !literals.some(({ pos, end }) => pos <= it && it < end));
    return isComment ? [at + 1] : [];
  });
}

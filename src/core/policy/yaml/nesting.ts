import type { CST } from "yaml";

/** Maps and lists inside one another that the library is given, which recurses over them. */
const nestingMax = 500;

/** Whether a document is nested deeper than any stack surely bears: asked level by level. */
export function isNestedTooDeep(token: CST.Token): boolean {
  let level: readonly CST.Token[] = [token];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > nestingMax) return true;
    level = level.flatMap(childrenOf);
  }
  return false;
}

function childrenOf(token: CST.Token): readonly CST.Token[] {
  const items = "items" in token ? token.items : token.type === "document" ? [token] : [];
  return items
    .flatMap((it) => ["key" in it ? it.key : undefined, it.value])
    .filter((it) => it !== undefined && it !== null);
}

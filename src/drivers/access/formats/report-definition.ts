/** A definition as text: XML tells by its first bytes whether it is UTF-16, with a mark or without. */
export function definitionText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const isMarked = first === 0xff && second === 0xfe;
  const isWide = isMarked || (first === 0x3c && second === 0);
  return new TextDecoder(isWide ? "utf-16le" : "utf-8").decode(bytes);
}

/** The queries of a report: text of statements, and names of procedures. */
export function queriesIn(definition: string): readonly string[] {
  return [...definition.matchAll(/<CommandText>([^<]*)<\/CommandText>/g)].map(([, text]) => plain(text!));
}

/** Names in a statement, in small letters, without brackets and schemas. */
export function namesIn(query: string): ReadonlySet<string> {
  return new Set(
    [...query.matchAll(/\[([^\]]+)\]|([\p{L}_#@][\p{L}\p{N}_$#@]*)/gu)].map(([, bracketed, bare]) =>
      (bracketed ?? bare)!.toLowerCase(),
    ),
  );
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function plain(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (all, decimal, hex, name) => {
    if (name !== undefined) return entities[(name as string).toLowerCase()] ?? all;
    const code = decimal === undefined ? Number.parseInt(hex as string, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : (all as string);
  });
}

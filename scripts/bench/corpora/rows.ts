// Rows as most of a site database has them, with names from this machine. An inventory lists the same
// software on many machines: it repeats itself. Status messages have a time and an identifier of their own
// each: they don't.
import { basename, dirname } from "node:path";
import type { Donor } from "./donors.ts";
import { changing, type NewPage } from "./page.ts";
import { below, type Random } from "./random.ts";

type WriteRow = NewPage["writeRow"];

/** A row before it has a place: what changes from row to row, and its texts in UTF-16. */
interface Row {
  readonly resource: number;
  readonly item: number;
  /** A datetime: 300ths of a second of the day, then days since 1900. */
  readonly ticks: number;
  readonly days: number;
  readonly size: number;
  readonly identifier: readonly number[];
  readonly texts: readonly Buffer[];
}

/** Gives the writer of an inventory table: one machine after the other with a run of the same products. */
export function inventoryRows(donors: readonly Donor[], random: Random): WriteRow {
  const products = donors.map((it) => ({ ...it, texts: textsOf(it.file) }));
  let resource = 16_777_216;
  let left = 0;
  let at = 0;
  return rowWriter(() => {
    if (left-- === 0) {
      resource += 1;
      left = 20 + below(random, 200);
      at = below(random, products.length);
    }
    const item = at++ % products.length;
    const { size, texts } = products[item]!;
    const [ticks, days] = [(size * 7_919) % 25_920_000, 45_000 + (size % 700)];
    return { resource, item, ticks, days, size, identifier: [item, size, item ^ size, 0x4000], texts };
  });
}

/** Gives the writer of a table of status messages, in the order of their times. */
export function statusRows(donors: readonly Donor[], random: Random): WriteRow {
  let item = 0;
  return rowWriter(() => {
    item += 1;
    const machine = below(random, 5_000);
    const texts = [
      `PC-${machine}.contoso.com`,
      basename(donors[below(random, donors.length)]!.file).slice(0, 60),
    ];
    return {
      resource: 16_777_216 + machine,
      item,
      ticks: (item * 300) % 25_920_000,
      days: 45_700 + Math.floor(item / 86_400),
      size: below(random, 12_000),
      identifier: [random(), random(), random(), random()],
      texts: texts.map((it) => Buffer.from(it, "utf16le")),
    };
  });
}

function textsOf(file: string): readonly Buffer[] {
  const folder = `C:\\Program Files${dirname(file).replaceAll("/", "\\")}`;
  return [basename(file).slice(0, 80), folder.slice(0, 120)].map((it) => Buffer.from(it, "utf16le"));
}

const fixedBytes = 60;
const field = { status: 0, fixedEnd: 2, resource: 4, item: 8, size: 28, identifier: 32, flags: 52 } as const;

/** A row that finds no room is kept for the next page. */
function rowWriter(next: () => Row): WriteRow {
  let row = next();
  return (page, at, room) => {
    const tailBytes = 4 + row.texts.reduce((sum, it) => sum + 2 + it.length, 0);
    const length = fixedBytes + tailBytes;
    if (length > room) return 0;
    writeFixed(page.subarray(at, at + fixedBytes), row);
    writeTexts(page.subarray(at + fixedBytes, at + length), row.texts);
    row = next();
    return length;
  };
}

function writeFixed(bytes: Buffer, row: Row): void {
  bytes[field.status] = 0x30;
  bytes.writeUInt16LE(fixedBytes, field.fixedEnd);
  bytes.writeUInt32LE(row.resource, field.resource);
  bytes.writeUInt32LE(row.item, field.item);
  bytes.writeUInt32LE(row.ticks, changing.date);
  bytes.writeUInt32LE(row.days, changing.date + 4);
  bytes.writeUInt32LE(1, changing.revision);
  bytes.writeUInt32LE(row.size % 2 ** 32, field.size);
  for (const [at, word] of row.identifier.entries())
    bytes.writeUInt32LE(word >>> 0, field.identifier + at * 4);
  bytes.writeUInt32LE(0x20, field.flags);
}

/** The number of texts, where each ends, and the texts themselves. */
function writeTexts(tail: Buffer, texts: readonly Buffer[]): void {
  tail.writeUInt16LE(10, 0);
  tail.writeUInt16LE(texts.length, 2);
  let end = 4 + texts.length * 2;
  for (const [at, text] of texts.entries()) {
    text.copy(tail, end);
    end += text.length;
    tail.writeUInt16LE(fixedBytes + end, 4 + at * 2);
  }
}

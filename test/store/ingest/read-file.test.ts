import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ReadArena, readAtOnceBytesMax, readWholeFile } from "../../../src/store/ingest/read-file.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

describe("a file that is read at once", () => {
  test("is taken as it was offered", () => {
    expect(readOffered("content", "content")).toEqual({ bytes: "content", changed: undefined });
    expect(readOffered("", "")).toEqual({ bytes: "", changed: undefined });
  });

  test.each([
    ["grew", "content", "content and more"],
    ["grew from nothing", "", "content"],
    ["shrank", "content", "con"],
    ["became empty", "content", ""],
  ])("and %s since it was offered is taken as it is now", (_, offered, now) => {
    expect(readOffered(offered, now)).toEqual({ bytes: now, changed: undefined });
  });

  test("but grew past what is read at once is left to be read in parts", () => {
    expect(readOffered("content", "c".repeat(readAtOnceBytesMax + 1))).toEqual({ grown: true });
  });

  test("and is gone is told so", () => {
    const file = { source: join(temporaryFolder(), "gone"), size: 7, modifiedAt: 0, growing: false };
    expect(readWholeFile(file, new ReadArena(7))).toMatchObject({ failure: { what: "vanished" } });
  });
});

test("files of one arena do not overlap", () => {
  const arena = new ReadArena(8);
  const texts = ["one", "two", "three and more"];
  const read = texts.map((text) => {
    const source = offer(text);
    const { mtimeMs } = statSync(source);
    return readWholeFile({ source, size: text.length, modifiedAt: mtimeMs, growing: false }, arena);
  });
  expect(read.map((it) => "bytes" in it && Buffer.from(it.bytes).toString())).toEqual(texts);
});

/** Reads a file that was offered with one content and has another by now. */
function readOffered(offered: string, now: string): unknown {
  const source = offer(now);
  const file = { source, size: offered.length, modifiedAt: statSync(source).mtimeMs, growing: false };
  const read = readWholeFile(file, new ReadArena(file.size));
  return "bytes" in read ? { ...read, bytes: Buffer.from(read.bytes).toString() } : read;
}

function offer(content: string): string {
  const path = join(temporaryFolder(), "file");
  writeFileSync(path, content);
  return path;
}

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FileInWriting, Refused, writeWholeFile } from "../../../src/store/ingest/write-file.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

test("a file whose bytes have another digest gets no name and leaves nothing behind", () => {
  const folder = temporaryFolder();
  const writing = new FileInWriting(targetIn(folder));
  writing.write(Buffer.from("wrong"));
  expect(() => writing.finish(digest("right"))).toThrow("it has another digest");
  expect(readdirSync(folder)).toEqual([]);
});

test("a file that came while another was being written keeps its place", () => {
  const folder = temporaryFolder();
  const writing = new FileInWriting(targetIn(folder));
  writing.write(Buffer.from("ours"));
  writeFileSync(join(folder, "a"), "theirs");
  expect(() => writing.finish(digest("ours"))).toThrow(Refused);
  expect(readFileSync(join(folder, "a"), "utf8")).toBe("theirs");
  expect(readdirSync(folder)).toEqual(["a"]);
});

test("a file that came into a folder made by this restore keeps its place as well", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "a"), "theirs");
  const target = { ...targetIn(folder), inNewFolder: true };
  expect(() => writeWholeFile(target, Buffer.from("ours"))).toThrow(Refused);
  expect(readFileSync(join(folder, "a"), "utf8")).toBe("theirs");
  expect(readdirSync(folder)).toEqual(["a"]);
});

test("a file that is there is found before any of the new one is written", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "a"), "theirs");
  expect(() => new FileInWriting(targetIn(folder))).toThrow(Refused);
  expect(readdirSync(folder)).toEqual(["a"]);
});

test("a temporary file of someone else is not taken", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, ".temporary"), "theirs");
  expect(() => new FileInWriting(targetIn(folder))).toThrow(/EEXIST/);
  expect(readFileSync(join(folder, ".temporary"), "utf8")).toBe("theirs");
});

function targetIn(folder: string) {
  const [path, temporary] = [join(folder, "a"), join(folder, ".temporary")];
  return { path, temporary, modifiedAt: 1000, overwrite: false, inNewFolder: false };
}

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

import { efforts } from "../../../src/store/format/encoding/compression.ts";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { encodeGroup, packSeal } from "../../../src/store/format/pack.ts";
import { type FilesToWrite, noGroup } from "../../../src/store/ingest/messages.ts";
import { OpenGroups } from "../../../src/store/ingest/open-groups.ts";
import { writeFiles } from "../../../src/store/ingest/write-files.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const secret = { repository: new Uint8Array(16), master: new Uint8Array(32) };
const salt = new Uint8Array(32);
const texts = ["one", "two"];

test("files get the bytes of their chunks, equal ones and empty ones too", () => {
  const root = temporaryFolder();
  expect(writeFiles(filesIn(root, { a: 0, b: 0, c: 1, d: "empty", e: 0 }), groupsOf("onetwo"))).toEqual([]);
  expect(textsIn(root)).toEqual({ a: "one", b: "one", c: "two", d: "", e: "one" });
});

test("a chunk that is not what its name says is written for none of the files that hold it", () => {
  const root = temporaryFolder();
  const refused = writeFiles(filesIn(root, { a: 0, b: 1, c: 1, d: 0 }), groupsOf("onetwi"));
  const reason = "its content in the repository is damaged: it has another digest";
  expect(refused).toEqual([
    { at: 1, reason },
    { at: 2, reason },
  ]);
  expect(textsIn(root)).toEqual({ a: "one", d: "one" });
});

/** The two chunks lie behind one another in one group. */
function groupsOf(plain: string): OpenGroups {
  const bytes = Buffer.from(plain);
  const { sealed, compressed } = encodeGroup(packSeal(secret, salt), 0, bytes, efforts.quick);
  const row = { compressed, sealedBytes: sealed.length, plainBytes: bytes.length, number: 0 };
  return new OpenGroups(secret, [{ salt, groups: [{ ...row, sealed: new Uint8Array(sealed) }] }]);
}

function filesIn(root: string, files: Readonly<Record<string, number | "empty">>): FilesToWrite {
  const chunks = Object.values(files);
  const ids = chunks.map((chunk) => (chunk === "empty" ? new Uint8Array(32) : digest(texts[chunk]!)));
  return {
    root,
    names: Object.keys(files).join("\0"),
    temporary: ".temporary-",
    firstNumber: 0,
    overwrite: false,
    modifiedAt: new Float64Array(chunks.length),
    inNewFolder: new Uint8Array(chunks.length),
    groups: Uint32Array.from(chunks, (chunk) => (chunk === "empty" ? noGroup : 0)),
    offsets: Uint32Array.from(chunks, (chunk) => (chunk === 1 ? 3 : 0)),
    lengths: Uint32Array.from(chunks, (chunk) => (chunk === "empty" ? 0 : 3)),
    ids: Buffer.concat(ids),
  };
}

function textsIn(root: string): Record<string, string> {
  return Object.fromEntries(readdirSync(root).map((name) => [name, readFileSync(join(root, name), "utf8")]));
}

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

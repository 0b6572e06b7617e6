import { describe, expect, test } from "vitest";
import { type Backend, ObjectMissing } from "../../src/store/backends/backend.ts";

/** What every backend promises. `open` gives an empty one each time. */
export function backendContract(title: string, open: () => Promise<Backend>): void {
  describe(`the ${title} backend`, () => {
    test("gives back the bytes that were put", async () => {
      const backend = await open();
      await backend.put("packs/ab/one", text("content"));
      expect(await read(backend, "packs/ab/one")).toBe("content");
    });

    test("keeps an object of no bytes", async () => {
      const backend = await open();
      await backend.put("empty", text(""));
      expect(await read(backend, "empty")).toBe("");
      expect(await names(backend, "")).toEqual(["empty:0"]);
    });

    test("takes the same bytes under the same name twice", async () => {
      const backend = await open();
      await backend.put("twice", text("same"));
      await backend.put("twice", text("same"));
      expect(await read(backend, "twice")).toBe("same");
      expect(await names(backend, "")).toEqual(["twice:4"]);
    });

    test("is not changed by what happens to the caller's bytes later", async () => {
      const backend = await open();
      const bytes = text("before");
      await backend.put("kept", bytes);
      bytes.fill(0);
      expect(await read(backend, "kept")).toBe("before");
    });

    test("puts a new name once, and leaves the first bytes when the name is taken", async () => {
      const backend = await open();
      expect(await backend.putNew("records/a", text("first"))).toBe(true);
      expect(await backend.putNew("records/a", text("second"))).toBe(false);
      expect(await read(backend, "records/a")).toBe("first");
      expect(await names(backend, "")).toEqual(["records/a:5"]);
    });

    test("lets one of many win a new name", async () => {
      const backend = await open();
      const tries = Array.from({ length: 12 }, (_, at) => backend.putNew("race/name", text(`${at}`)));
      const won = (await Promise.all(tries)).flatMap((isNew, at) => (isNew ? [`${at}`] : []));
      expect(won).toEqual([await read(backend, "race/name")]);
    });

    test("reads a part from the start, from the middle and from the end", async () => {
      const backend = await open();
      await backend.put("digits", text("0123456789"));
      expect(await read(backend, "digits", { offset: 0, length: 3 })).toBe("012");
      expect(await read(backend, "digits", { offset: 4, length: 2 })).toBe("45");
      expect(await read(backend, "digits", { offset: -3, length: 3 })).toBe("789");
      expect(await read(backend, "digits", { offset: -3, length: 1 })).toBe("7");
    });

    test("gives what there is of a part that goes beyond the end", async () => {
      const backend = await open();
      await backend.put("short", text("0123"));
      expect(await read(backend, "short", { offset: 2, length: 9 })).toBe("23");
      expect(await read(backend, "short", { offset: -9, length: 9 })).toBe("0123");
    });

    test("says which object is missing, of a whole and of a part", async () => {
      const backend = await open();
      await expect(backend.get("packs/no")).rejects.toEqual(new ObjectMissing("packs/no"));
      await expect(backend.get("packs/no", { offset: 0, length: 1 })).rejects.toBeInstanceOf(ObjectMissing);
    });

    test("lists each object below a prefix once, with its size", async () => {
      const backend = await open();
      for (const name of ["a/1", "a/b/2", "ab/3", "c"]) await backend.put(name, text(name));
      expect(await names(backend, "")).toEqual(["a/1:3", "a/b/2:5", "ab/3:4", "c:1"]);
      expect(await names(backend, "a/")).toEqual(["a/1:3", "a/b/2:5"]);
      expect(await names(backend, "a")).toEqual(["a/1:3", "a/b/2:5", "ab/3:4"]);
      expect(await names(backend, "a/b/")).toEqual(["a/b/2:5"]);
      expect(await names(backend, "nothing/")).toEqual([]);
    });

    test("lists many folders in full", async () => {
      const backend = await open();
      const wanted = Array.from({ length: 90 }, (_, at) => `packs/${at % 70}/${at}`);
      await Promise.all(wanted.map((name) => backend.put(name, text("x"))));
      expect(await names(backend, "packs/")).toEqual(wanted.map((name) => `${name}:1`).sort());
    });

    test("removes an object, and does not mind one that is gone", async () => {
      const backend = await open();
      await backend.put("gone", text("x"));
      await backend.remove("gone");
      await backend.remove("gone");
      await backend.remove("never/was");
      expect(await names(backend, "")).toEqual([]);
      await expect(backend.get("gone")).rejects.toBeInstanceOf(ObjectMissing);
    });

    test("moves an object to another name with its bytes, and does not mind that it was moved before", async () => {
      const backend = await open();
      await backend.put("packs/aa/one", text("content"));
      await backend.move("packs/aa/one", "trash/00000001/one");
      await backend.move("packs/aa/one", "trash/00000001/one");
      expect(await names(backend, "")).toEqual(["trash/00000001/one:7"]);
      expect(await read(backend, "trash/00000001/one")).toBe("content");
    });

    test("says which object is missing when there is nothing to move", async () => {
      const backend = await open();
      await expect(backend.move("packs/no", "trash/no")).rejects.toEqual(new ObjectMissing("packs/no"));
      expect(await names(backend, "")).toEqual([]);
    });
  });
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

async function read(
  backend: Backend,
  name: string,
  part?: { readonly offset: number; readonly length: number },
): Promise<string> {
  return new TextDecoder().decode(await backend.get(name, part));
}

async function names(backend: Backend, prefix: string): Promise<readonly string[]> {
  const found = await Array.fromAsync(backend.list(prefix));
  return found.map(({ name, size }) => `${name}:${size}`).sort();
}

import { type Backend, anyObjectBytesMax, ObjectMissing, ObjectTooLarge } from "./backend.ts";

/** Keeps objects in memory, for tests and trials. `objects` is open to them. */
export function memoryBackend(objects: Map<string, Uint8Array> = new Map()): Backend {
  return {
    title: "memory",
    async put(name, bytes) {
      objects.set(name, bytes.slice());
    },
    async putNew(name, bytes) {
      if (objects.has(name)) return false;
      objects.set(name, bytes.slice());
      return true;
    },
    async get(name, part) {
      const bytes = objects.get(name);
      if (!bytes) throw new ObjectMissing(name);
      const most = !part ? anyObjectBytesMax : "bytesMax" in part ? part.bytesMax : undefined;
      if (most !== undefined && bytes.length > most) throw new ObjectTooLarge(name, bytes.length);
      if (!part || "bytesMax" in part) return bytes.slice();
      const start = part.offset < 0 ? Math.max(0, bytes.length + part.offset) : part.offset;
      return bytes.slice(start, start + part.length);
    },
    async *list(prefix) {
      for (const [name, bytes] of Array.from(objects))
        if (name.startsWith(prefix)) yield { name, size: bytes.length };
    },
    async remove(name) {
      objects.delete(name);
    },
    async move(from, to) {
      const bytes = objects.get(from);
      if (!bytes && !objects.has(to)) throw new ObjectMissing(from);
      if (!bytes) return;
      objects.set(to, bytes);
      objects.delete(from);
    },
  };
}

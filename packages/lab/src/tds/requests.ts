import { ByteReader } from "./byte-reader.ts";
import type { Parameter } from "./session.ts";
import { readTypeInfo } from "./type-info.ts";
import { readValue } from "./value-decoding.ts";

/** A remote call: the procedure by name, whichever way it was named, and its parameters in order. */
export interface RemoteCall {
  readonly procedure: string;
  readonly parameters: readonly Parameter[];
}

const wellKnown: Record<number, string> = {
  10: "sp_executesql",
  11: "sp_prepare",
  12: "sp_execute",
  13: "sp_prepexec",
  15: "sp_unprepare",
};

/** Reads the text of a batch. */
export function readBatch(payload: Buffer): string {
  const input = afterHeaders(payload);
  return input.utf16(Math.floor(input.left / 2));
}

/** Reads a remote call; of several in one message only the first is served. */
export function readCall(payload: Buffer): RemoteCall {
  const input = afterHeaders(payload);
  const nameLength = input.u16();
  const procedure = nameLength === 0xffff ? (wellKnown[input.u16()] ?? "") : input.utf16(nameLength);
  input.u16();
  const parameters: Parameter[] = [];
  while (input.left > 0 && input.bytes[input.at] !== 0x80 && input.bytes[input.at] !== 0xff) {
    const name = input.utf16(input.u8());
    input.u8();
    const type = readTypeInfo(input);
    parameters.push({ name, type: type.type, value: readValue(input, type) });
  }
  return {
    procedure: procedure
      .toLowerCase()
      .replace(/^(.*\.)?/, "")
      .replace(/[[\]]/g, ""),
    parameters,
  };
}

const actions: Record<number, "begin" | "commit" | "rollback"> = { 5: "begin", 7: "commit", 8: "rollback" };

/** Reads which transaction request it is; savepoints are not served. */
export function readTransaction(payload: Buffer): "begin" | "commit" | "rollback" | undefined {
  return actions[afterHeaders(payload).u16()];
}

/** Skips ALL_HEADERS, whose length counts itself. */
function afterHeaders(payload: Buffer): ByteReader {
  const input = new ByteReader(payload);
  const total = input.u32();
  input.take(total - 4);
  return input;
}

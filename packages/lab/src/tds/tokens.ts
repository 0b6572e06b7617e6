import type { ByteWriter } from "./byte-writer.ts";
import type { ResultColumn, ServerMessage } from "./session.ts";
import type { SqlValue } from "./sql-type.ts";
import { collation, writeTypeInfo } from "./type-info.ts";
import { writeValue } from "./value-encoding.ts";

/** Bits of the status in DONE, DONEPROC and DONEINPROC [MS-TDS 2.2.7.6]. */
export const doneStatus = { more: 1, error: 2, count: 0x10, attention: 0x20 } as const;

export type DoneToken = "done" | "done-procedure" | "done-in-procedure";
const doneCode: Record<DoneToken, number> = { done: 0xfd, "done-procedure": 0xfe, "done-in-procedure": 0xff };

export function writeDone(out: ByteWriter, token: DoneToken, status: number, rowCount = 0): void {
  out.u8(doneCode[token]).u16(status).u16(0).u64(BigInt(rowCount));
}

/** ERROR or INFO; the class decides, and class 10 travels as 0. */
export function writeMessage(out: ByteWriter, serverName: string, message: ServerMessage): void {
  const isError = message.class > 10;
  const text = message.text.slice(0, 2000);
  const procedure = message.procedure ?? "";
  const bytes = 4 + 1 + 1 + 2 + text.length * 2 + 1 + serverName.length * 2 + 1 + procedure.length * 2 + 4;
  out
    .u8(isError ? 0xaa : 0xab)
    .u16(bytes)
    .i32(message.number)
    .u8(message.state);
  out
    .u8(isError ? message.class : 0)
    .longText(text)
    .shortText(serverName)
    .shortText(procedure);
  out.u32(message.line ?? 1);
}

/** The settings of a session whose change a client is told. */
export const change = { database: 1, language: 2, packetSize: 4 } as const;

export function writeTextChange(out: ByteWriter, type: number, after: string, before: string): void {
  out.u8(0xe3).u16(1 + 2 + (after.length + before.length) * 2);
  out.u8(type).shortText(after).shortText(before);
}

/** Without this one tedious can't encode `varchar` parameters. */
export function writeCollationChange(out: ByteWriter): void {
  writeBinaryChange(out, 7, collation, Buffer.alloc(0));
}

/** 8 begins a transaction, 9 commits and 10 rolls back, 18 tells that the session was reset. */
export function writeBinaryChange(out: ByteWriter, type: number, after: Buffer, before: Buffer): void {
  out.u8(0xe3).u16(1 + 2 + after.length + before.length);
  out.u8(type).u8(after.length).bytes(after).u8(before.length).bytes(before);
}

/** Accepts the login. The version is big-endian here and nowhere else. */
export function writeLoginAcknowledgement(out: ByteWriter, version: readonly [number, number, number]): void {
  const program = "Microsoft SQL Server";
  const [major, minor, build] = version;
  out.u8(0xad).u16(1 + 4 + 1 + program.length * 2 + 4);
  out
    .u8(1)
    .bytes(Buffer.from([0x74, 0, 0, 4]))
    .shortText(program);
  out
    .u8(major)
    .u8(minor)
    .u8(build >> 8)
    .u8(build & 0xff);
}

const nullable = 0x01;
const updatableUnknown = 0x08;

export function writeColumns(out: ByteWriter, columns: readonly ResultColumn[]): void {
  out.u8(0x81).u16(columns.length);
  for (const { name, type } of columns) {
    out.u32(0).u16(nullable | updatableUnknown);
    writeTypeInfo(out, type);
    out.shortText(name);
  }
}

export function writeRow(
  out: ByteWriter,
  columns: readonly ResultColumn[],
  values: readonly SqlValue[],
): void {
  out.u8(0xd1);
  columns.forEach(({ type }, at) => writeValue(out, type, values[at] ?? null));
}

export function writeReturnStatus(out: ByteWriter, status: number): void {
  out.u8(0x79).i32(status);
}

/** An output parameter's value after a call. */
export function writeReturnValue(
  out: ByteWriter,
  ordinal: number,
  column: ResultColumn,
  value: SqlValue,
): void {
  out.u8(0xac).u16(ordinal).shortText(column.name).u8(1).u32(0).u16(nullable);
  writeTypeInfo(out, column.type);
  writeValue(out, column.type, value);
}

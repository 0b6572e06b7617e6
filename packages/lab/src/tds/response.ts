import { ByteWriter } from "./byte-writer.ts";
import { headerBytes, packetHeader, packetType } from "./packets.ts";
import type { ResultColumn, ResultSink, ServerMessage } from "./session.ts";
import type { SqlValue } from "./sql-type.ts";
import {
  change,
  type DoneToken,
  doneStatus,
  writeColumns,
  writeDone,
  writeMessage,
  writeRow,
  writeTextChange,
} from "./tokens.ts";

/** How a response reaches the client. */
export interface ResponseWire {
  readonly spid: number;
  readonly serverName: string;
  /** Bytes of a packet, header included. */
  packetBytes(): number;
  /** Sends bytes; settles when there is room for more. */
  send(bytes: Buffer): Promise<void>;
}

/**
 * One response message: tokens in, packets out.
 *
 * The last DONE is held back until it is known whether another follows, since only the last one may go
 * without the `more` bit.
 */
export class Response implements ResultSink {
  readonly out = new ByteWriter();
  readonly #wire: ResponseWire;
  readonly #token: DoneToken;
  #packetId = 0;
  #columns: readonly ResultColumn[] = [];
  #held: { readonly status: number; readonly rowCount: number } | undefined;
  #hasError = false;
  #hasFailed = false;
  #sending: Promise<void> = Promise.resolve();

  constructor(wire: ResponseWire, token: DoneToken) {
    this.#wire = wire;
    this.#token = token;
  }

  /** Says whether an error was sent since the last statement ended. */
  get hasError(): boolean {
    return this.#hasError;
  }

  /** Says whether any error was sent. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  columns(columns: readonly ResultColumn[]): void {
    this.#release();
    this.#columns = columns;
    writeColumns(this.out, columns);
  }

  row(values: readonly SqlValue[]): void {
    writeRow(this.out, this.#columns, values);
    if (this.out.length > 65_536) this.#sendFullPackets();
  }

  done(rowCount?: number): void {
    this.#release();
    const error = this.#hasError ? doneStatus.error : 0;
    this.#held =
      rowCount === undefined
        ? { status: error, rowCount: 0 }
        : { status: error | doneStatus.count, rowCount };
    this.#hasError = false;
  }

  message(message: ServerMessage): void {
    this.#release();
    if (message.class > 10) {
      this.#hasError = true;
      this.#hasFailed = true;
    }
    writeMessage(this.out, this.#wire.serverName, message);
  }

  databaseChanged(from: string, to: string): void {
    this.#release();
    writeTextChange(this.out, change.database, to, from);
    this.message({ number: 5701, state: 2, class: 0, text: `Changed database context to '${to}'.` });
  }

  async flush(): Promise<void> {
    this.#sendFullPackets();
    if (this.out.length > 0) this.#sendPacket(this.out.take(), false);
    await this.#sending;
  }

  /** Ends a message of statements: the held DONE goes out as the last one. */
  async finish(): Promise<void> {
    if (this.#held === undefined || this.#hasError) this.done();
    const { status, rowCount } = this.#held!;
    writeDone(this.out, this.#token, status, rowCount);
    this.#held = undefined;
    await this.end();
  }

  /** The client gave up: the message ends with an error, and whatever was said before stays said. */
  cancelled(): void {
    this.#hasError = true;
    this.#hasFailed = true;
  }

  /** Lets the held DONE go, since another token follows. */
  release(): void {
    this.#release();
  }

  /** Sends all that is left, the last packet marked as such. */
  async end(): Promise<void> {
    this.#sendFullPackets();
    this.#sendPacket(this.out.take(), true);
    await this.#sending;
  }

  #release(): void {
    if (this.#held === undefined) return;
    writeDone(this.out, this.#token, this.#held.status | doneStatus.more, this.#held.rowCount);
    this.#held = undefined;
  }

  #sendFullPackets(): void {
    const room = this.#wire.packetBytes() - headerBytes;
    if (this.out.length <= room) return;
    const bytes = this.out.take();
    let at = 0;
    for (; bytes.length - at > room; at += room) this.#sendPacket(bytes.subarray(at, at + room), false);
    this.out.bytes(bytes.subarray(at));
  }

  #sendPacket(payload: Buffer, isLast: boolean): void {
    const { spid } = this.#wire;
    const id = ++this.#packetId;
    const header = packetHeader({
      type: packetType.response,
      isLast,
      payloadBytes: payload.length,
      spid,
      id,
    });
    this.#sending = this.#wire.send(Buffer.concat([header, payload]));
  }
}

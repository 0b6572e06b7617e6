import type { Socket } from "node:net";
import { writeLoginRefusal, writeLoginSuccess } from "./login-answer.ts";
import { negotiatePacketBytes, readLogin } from "./login.ts";
import { type Message, MessageReader, type Packet, packetHeader, packetType } from "./packets.ts";
import { decideEncryption, encryption, readPrelogin, writePrelogin } from "./prelogin.ts";
import type { TlsIdentity } from "./prelogin-tls.ts";
import { RemoteCalls } from "./remote-calls.ts";
import { readBatch, readTransaction } from "./requests.ts";
import { Response, type ResponseWire } from "./response.ts";
import type { SqlSession, TdsHost } from "./session.ts";
import { doneStatus, writeBinaryChange, writeDone } from "./tokens.ts";
import { Transport } from "./transport.ts";

/** Serves one client from its PRELOGIN to its end. */
export function serve(
  socket: Socket,
  host: TdsHost,
  options: { readonly spid: number; readonly tls?: TlsIdentity },
): Connection {
  return new Connection(socket, host, options);
}

class Connection {
  readonly #host: TdsHost;
  readonly #transport: Transport;
  readonly #messages = new MessageReader();
  readonly #wire: ResponseWire;
  readonly #calls = new RemoteCalls();
  readonly #identity: TlsIdentity | undefined;
  readonly #gone = new AbortController();
  #packetBytes = 4096;
  #encryption: number = encryption.notSupported;
  #session: SqlSession | undefined;
  #running: AbortController | undefined;
  #transactionId = 0n;
  /** Everything is written by one task after the other: interleaved packets would corrupt the stream. */
  #queue: Promise<void> = Promise.resolve();

  constructor(socket: Socket, host: TdsHost, options: { readonly spid: number; readonly tls?: TlsIdentity }) {
    this.#host = host;
    this.#identity = options.tls;
    this.#transport = new Transport(socket, options.tls, {
      packet: (packet) => this.#receive(packet),
      fault: () => socket.destroy(),
    });
    this.#wire = {
      spid: options.spid,
      serverName: host.serverName,
      packetBytes: () => this.#packetBytes,
      send: (bytes) => this.#transport.send(bytes),
    };
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#close());
  }

  #close(): void {
    this.#gone.abort();
    this.#running?.abort();
    const session = this.#session;
    this.#session = undefined;
    void this.#queue.then(() => session?.close());
  }

  #receive(packet: Packet): void {
    const message = this.#messages.push(packet);
    if (message === undefined) return;
    if (message.type === packetType.attention) this.#running?.abort();
    this.#queue = this.#queue.then(() => this.#serve(message)).catch(() => this.#transport.end());
  }

  async #serve(message: Message): Promise<void> {
    if (this.#gone.signal.aborted) return;
    if (message.type === packetType.attention) return this.#answerAttention();
    if (message.ignored) return new Response(this.#wire, "done").finish();
    if (message.type === packetType.prelogin) return this.#answerPrelogin(message.payload);
    if (message.type === packetType.login) return this.#answerLogin(message.payload);
    if (this.#session === undefined) throw new Error("A request came before the login.");
    await this.#answerRequest(message, this.#session);
  }

  async #answerPrelogin(payload: Buffer): Promise<void> {
    const { encryption: wish } = readPrelogin(payload);
    const decision =
      this.#transport.isStrict || this.#identity === undefined
        ? encryption.notSupported
        : decideEncryption(wish, "with-tls");
    const answer = writePrelogin(this.#host.version, decision);
    const header = packetHeader({
      type: packetType.response,
      isLast: true,
      payloadBytes: answer.length,
      spid: 0,
      id: 1,
    });
    const sent = this.#transport.send(Buffer.concat([header, answer]));
    this.#encryption = decision;
    if (!this.#transport.isStrict) this.#transport.encrypt(decision);
    await sent;
  }

  async #answerLogin(payload: Buffer): Promise<void> {
    const request = readLogin(payload);
    if (this.#encryption === encryption.off) this.#transport.decrypt();
    const response = new Response(this.#wire, "done");
    const answer = this.#host.login(request, this.#wire.spid);
    if ("refused" in answer) {
      await writeLoginRefusal(response, answer.refused);
      this.#transport.end();
      return;
    }
    this.#session = answer.session;
    const packetBytes = negotiatePacketBytes(request.packetBytes);
    await writeLoginSuccess(response, { host: this.#host, database: answer.database, packetBytes });
    this.#packetBytes = packetBytes;
  }

  async #answerAttention(): Promise<void> {
    const response = new Response(this.#wire, "done");
    writeDone(response.out, "done", doneStatus.attention);
    await response.end();
  }

  async #answerRequest(message: Message, session: SqlSession): Promise<void> {
    const response = new Response(this.#wire, message.type === packetType.rpc ? "done-in-procedure" : "done");
    if (message.reset) {
      session.reset();
      writeBinaryChange(response.out, 18, Buffer.alloc(0), Buffer.alloc(0));
    }
    switch (message.type) {
      case packetType.batch:
        await this.#guarded(response, (signal) => session.run(readBatch(message.payload), response, signal));
        return response.finish();
      case packetType.rpc:
        await this.#guarded(response, (signal) =>
          this.#calls.serve(message.payload, { session, response, signal }),
        );
        return this.#calls.finish(response);
      case packetType.transaction:
        return this.#answerTransaction(message.payload, session, response);
      default:
        throw new Error(`Messages of type ${message.type} are not served here.`);
    }
  }

  /** Runs a request that an attention, or the end of the connection, may abort. */
  async #guarded(response: Response, run: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    try {
      await run(running.signal);
    } catch (thrown) {
      if (!running.signal.aborted) {
        response.message({ number: 50_000, state: 1, class: 16, text: `The lab failed: ${String(thrown)}` });
      }
    } finally {
      this.#running = undefined;
    }
    if (running.signal.aborted) response.cancelled();
  }

  async #answerTransaction(payload: Buffer, session: SqlSession, response: Response): Promise<void> {
    const action = readTransaction(payload);
    if (action !== undefined) {
      await session.transaction(action);
      const descriptor = Buffer.alloc(8);
      if (action === "begin") this.#transactionId++;
      descriptor.writeBigUInt64LE(this.#transactionId);
      const none = Buffer.alloc(0);
      if (action === "begin") writeBinaryChange(response.out, 8, descriptor, none);
      else writeBinaryChange(response.out, action === "commit" ? 9 : 10, none, descriptor);
    }
    await response.finish();
  }
}

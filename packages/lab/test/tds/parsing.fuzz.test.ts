import { connect } from "node:net";
import { array, assert, constantFrom, integer, property, record, sample, uint8Array } from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ProtocolError } from "../../src/tds/byte-reader.ts";
import { readLogin } from "../../src/tds/login.ts";
import { MessageReader, PacketReader, packetHeader } from "../../src/tds/packets.ts";
import { readPrelogin, writePrelogin } from "../../src/tds/prelogin.ts";
import { readBatch, readCall, readTransaction } from "../../src/tds/requests.ts";
import { startTestInstance, type TestInstance } from "../sql/support/lab-instance.ts";

const settings = { seed: 20_261_122, numRuns: 300 };
const bytes = uint8Array({ maxLength: 300 }).map((it) => Buffer.from(it));

/** Runs a parser; only a refusal is allowed beside success. */
function survives(parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof ProtocolError) && !(error instanceof RangeError)) throw error;
  }
}

test("a stream of packets gives the same messages however it is cut", () => {
  const message = record({ type: constantFrom(1, 3, 14), payload: bytes });
  const cuts = array(integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 });
  assert(
    property(array(message, { minLength: 1, maxLength: 5 }), cuts, (messages, sizes) => {
      const stream = Buffer.concat(
        messages.flatMap(({ type, payload }, id) => [
          packetHeader({ type, isLast: true, payloadBytes: payload.length, spid: 0, id }),
          payload,
        ]),
      );
      const [packets, reader] = [new PacketReader(), new MessageReader()];
      const found: { type: number; payload: Buffer }[] = [];
      for (let at = 0, turn = 0; at < stream.length; turn++) {
        const size = sizes[turn % sizes.length]!;
        for (const packet of packets.push(stream.subarray(at, at + size))) {
          const whole = reader.push(packet);
          if (whole !== undefined) found.push({ type: whole.type, payload: whole.payload });
        }
        at += size;
      }
      expect(found).toEqual(messages);
    }),
    settings,
  );
});

test("no bytes make the parsers of packets, PRELOGIN, LOGIN7 and requests fail in another way than refusing", () => {
  assert(
    property(bytes, (input) => {
      for (const parse of [readPrelogin, readLogin, readBatch, readCall, readTransaction]) {
        survives(() => parse(input));
      }
      survives(() => new PacketReader().push(input));
    }),
    settings,
  );
});

test("what a server answers to PRELOGIN is itself a PRELOGIN", () => {
  expect(readPrelogin(writePrelogin([16, 0, 4176], 3))).toEqual({ encryption: 3 });
});

test("a PRELOGIN option that lies outside its message is refused", () => {
  expect(() => readPrelogin(Buffer.from([1, 0, 50, 0, 1, 0xff]))).toThrow("lies outside the message");
});

let instance: TestInstance;
beforeAll(async () => {
  instance = await startTestInstance();
});
afterAll(() => instance.close());

test("a server that is sent garbage closes that connection and serves the next", async () => {
  const inputs = sample(bytes, { seed: settings.seed, numRuns: 40 });
  await Promise.all(
    inputs.map(async (input, at) => {
      const socket = connect(instance.running.port, "127.0.0.1");
      socket.on("error", () => undefined);
      // Every other one is wrapped in a whole packet, so that it reaches the parsers behind.
      const type = [0x12, 0x10, 0x01, 0x03][at % 4]!;
      const header = packetHeader({ type, isLast: true, payloadBytes: input.length, spid: 0, id: 1 });
      socket.end(at % 2 === 0 ? input : Buffer.concat([header, input]));
      await new Promise((resolve) => socket.once("close", resolve).resume());
    }),
  );
  const pool = await instance.connect();
  expect((await pool.query("SELECT 1 AS one")).recordset).toEqual([{ one: 1 }]);
});

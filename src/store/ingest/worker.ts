import { parentPort } from "node:worker_threads";
import { assert } from "../../core/base/assert.ts";
import type { Request } from "./messages.ts";
import { Station } from "./station.ts";
import { transfersOf } from "./transfers.ts";

/** The entry of a worker thread: a station behind a port. */
assert(parentPort, "the ingest worker runs in a thread of its own");
const port = parentPort;
const station = new Station();

interface Question {
  readonly number: number;
  readonly session: number;
  readonly request: Request;
}

port.on("message", ({ number, session, request }: Question) => {
  try {
    const reply = station.answer(session, request);
    port.postMessage({ number, reply }, transfersOf(reply));
  } catch (error) {
    port.postMessage({ number, fault: error });
  }
});

import { createHash } from "node:crypto";
import { isWholePack } from "../format/pack.ts";
import { FileStream } from "./file-stream.ts";
import { type Chunker, gearChunker } from "./gear-chunker.ts";
import { HeldBatches } from "./held-batches.ts";
import type { FileToRead, MadeBlob, PackPart, Replies, Request, SessionSetting } from "./messages.ts";
import { findChunkDamage, OpenGroups } from "./open-groups.ts";
import { openPart } from "./open-part.ts";
import { PackBuilder } from "./pack-builder.ts";
import { provePack } from "./prove-pack.ts";
import { readFailureOf } from "./read-file.ts";
import { FileInWriting, reasonOf, refusalOf } from "./write-file.ts";
import { takeOver } from "./take-over.ts";
import { writeFiles } from "./write-files.ts";

type RequestOf<Name extends Request["do"]> = Request & { readonly do: Name };

/**
 * Does the heavy work of capture and restore: reads, cuts, hashes, compresses, seals, and the way back. It
 * works the same in a thread of its own and, for small jobs, on the main thread. It decides nothing.
 */
export class Station {
  readonly #sessions = new Map<number, Session>();

  /** Answers one request of a session. */
  answer(number: number, request: Request): Replies[Request["do"]] {
    if (request.do === "open") {
      this.#sessions.set(number, new Session(request.setting));
      return null;
    }
    const session = this.#sessions.get(number)!;
    if (request.do === "close") {
      this.#sessions.delete(number);
      session.close();
      return null;
    }
    return session.answer(request);
  }
}

/** What one writer or reader has here. */
class Session {
  readonly #setting: SessionSetting;
  readonly #chunker: Chunker;
  readonly #batches: HeldBatches;
  readonly #data: PackBuilder;
  readonly #made: PackBuilder;
  readonly #streams = new Map<number, FileStream>();
  readonly #writing = new Map<number, FileInWriting>();
  #salts = 0;
  #next = 0;

  constructor(setting: SessionSetting) {
    this.#setting = setting;
    this.#chunker = gearChunker(setting.secret, setting.chunker);
    this.#batches = new HeldBatches(this.#chunker);
    const salt = (): Uint8Array => this.#nextSalt();
    this.#data = new PackBuilder(setting.secret, setting.packBytes, salt);
    // Trees and lists get packs of their own: a reader fetches them without the content between them.
    this.#made = new PackBuilder(setting.secret, setting.packBytes, salt);
  }

  answer(request: Exclude<Request, { do: "open" | "close" }>): Replies[Request["do"]] {
    switch (request.do) {
      case "read":
        return this.#batches.read(request.files);
      case "open-stream":
        return this.#openStream(request.file);
      case "read-stream":
        return this.#readStream(request.stream);
      case "hash":
        return this.#batches.hash(request.segment);
      case "keep":
        this.#batches.keep(request, this.#data);
        return this.#data.takeBuilt();
      case "store":
        return this.#store(request.blobs);
      case "take-over":
        return takeOver(request, this.#data);
      case "finish":
        this.#data.finish();
        this.#made.finish();
        return [...this.#data.takeBuilt(), ...this.#made.takeBuilt()];
      case "finish-made":
        this.#made.finish();
        return this.#made.takeBuilt();
      case "check":
        return this.#check(request);
      case "check-pack":
        return { isWhole: isWholePack(request.bytes, request.digest) };
      case "prove-pack":
        return provePack(this.#setting.secret, request.bytes, request.digest);
      case "write-files":
        return { refused: writeFiles(request.files, this.#groupsOf(request)) };
      case "begin-file":
        return this.#beginFile(request);
      case "open-part":
        return openPart(request.slices, this.#groupsOf(request));
      case "write-part":
        return this.#writePart(request);
      case "end-file":
        return this.#endFile(request);
    }
  }

  close(): void {
    for (const stream of this.#streams.values()) stream.close();
    for (const file of this.#writing.values()) file.abandon();
  }

  #openStream(file: FileToRead): Replies["open-stream"] {
    try {
      const stream = this.#next++;
      this.#streams.set(stream, new FileStream(file, this.#chunker));
      return { stream };
    } catch (thrown) {
      return { failure: readFailureOf(thrown) };
    }
  }

  #readStream(number: number): Replies["read-stream"] {
    const stream = this.#streams.get(number)!;
    const part = stream.next();
    if (part.end || part.failure) {
      this.#streams.delete(number);
      stream.close();
    }
    return part;
  }

  #store(blobs: readonly MadeBlob[]): Replies["store"] {
    for (const { type, id, fileBytes, bytes } of blobs)
      this.#made.add({ type, id, length: bytes.length, fileBytes }, bytes);
    return this.#made.takeBuilt();
  }

  #check({ parts, chunks }: RequestOf<"check">): Replies["check"] {
    const groups = this.#groupsOf({ parts });
    return { bad: chunks.flatMap((chunk, at) => (findChunkDamage(groups, chunk) ? [at] : [])) };
  }

  #groupsOf({ parts }: { readonly parts: readonly PackPart[] }): OpenGroups {
    return new OpenGroups(this.#setting.secret, parts);
  }

  #beginFile({ file }: RequestOf<"begin-file">): Replies["begin-file"] {
    try {
      const number = this.#next++;
      this.#writing.set(number, new FileInWriting(file));
      return { file: number };
    } catch (thrown) {
      return { refused: refusalOf(thrown) };
    }
  }

  #writePart({ file, pieces }: RequestOf<"write-part">): Replies["write-part"] {
    const writing = this.#writing.get(file)!;
    return { refused: reasonOf(() => pieces.forEach((piece) => writing.write(piece))) };
  }

  #endFile({ file, keep }: RequestOf<"end-file">): Replies["end-file"] {
    const writing = this.#writing.get(file)!;
    this.#writing.delete(file);
    return { refused: reasonOf(() => (keep ? writing.finish(keep) : writing.abandon())) };
  }

  #nextSalt(): Uint8Array {
    return createHash("sha256").update(this.#setting.seed).update(`pack ${this.#salts++}`).digest();
  }
}

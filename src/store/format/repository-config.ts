import { toHex } from "../../core/base/bytes.ts";
import { decodeEnvelope, encodeEnvelope, saltBytes } from "./encoding/envelope.ts";
import {
  bytesMember,
  countMember,
  decodeJson,
  encodeJson,
  objectMember,
  textMember,
} from "./encoding/json-body.ts";
import { Malformed, TooNew } from "./encoding/malformed.ts";

/** What must be known before any key is: readable by everyone, and it holds no secret. */
export interface RepositoryConfig {
  /** 16 random bytes. */
  readonly repository: Uint8Array;
  readonly encrypted: boolean;
  /** Sizes that the content-defined chunker aims at. They never change, or nothing would meet again. */
  readonly chunker: ChunkerSizes;
}

export interface ChunkerSizes {
  readonly minBytes: number;
  /** A power of two. */
  readonly averageBytes: number;
  readonly maxBytes: number;
}

export function encodeConfig(config: RepositoryConfig): Uint8Array<ArrayBuffer> {
  const body = encodeJson({
    repository: toHex(config.repository),
    encryption: config.encrypted ? "aes-256-gcm" : "none",
    chunker: { kind: "gear", ...config.chunker },
  });
  return encodeEnvelope({ type: "config", features: 0, salt: new Uint8Array(saltBytes) }, body);
}

export function decodeConfig(object: Uint8Array): RepositoryConfig {
  const json = decodeJson(decodeEnvelope("config", object).body);
  const encryption = textMember(json, "encryption");
  if (encryption !== "aes-256-gcm" && encryption !== "none")
    throw new TooNew(`it is encrypted by ${encryption}`);
  const chunker = objectMember(json, "chunker");
  if (textMember(chunker, "kind") !== "gear") throw new TooNew("it was cut by an unknown chunker");
  return {
    repository: bytesMember(json, "repository", 16),
    encrypted: encryption !== "none",
    chunker: decodeSizes({
      minBytes: countMember(chunker, "minBytes"),
      averageBytes: countMember(chunker, "averageBytes"),
      maxBytes: countMember(chunker, "maxBytes"),
    }),
  };
}

function decodeSizes(sizes: ChunkerSizes): ChunkerSizes {
  const { minBytes, averageBytes, maxBytes } = sizes;
  const rising = 64 <= minBytes && minBytes < averageBytes && averageBytes < maxBytes;
  if (!rising || maxBytes > 1 << 24 || !Number.isInteger(Math.log2(averageBytes)))
    throw new Malformed("its chunk sizes make no sense");
  return sizes;
}

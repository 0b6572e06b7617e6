import { given } from "../../../core/base/given.ts";

/** How the lines of the script's answer begin, each followed by `=` and a value. */
export const answerNames = {
  instances: "sitekeep-instances",
  result: "sitekeep-hresult",
  length: "sitekeep-length",
  key: "sitekeep-key",
  failure: "sitekeep-failure",
} as const;

/** What a report server answered, as far as it is understood. Absent: it was not told. */
export interface ReportKeyAnswer {
  /** How many of the wanted name there are. */
  readonly instances?: number;
  /** HRESULT of the method. */
  readonly result?: number;
  /** How many bytes the key has, as the server says. */
  readonly length?: number;
  readonly key?: Uint8Array;
  /** HRESULT of what kept the script from asking. */
  readonly failure?: number;
}

/** Reads the answer of the script. Other lines, as a banner or a warning, are nobody's. */
export function readReportKeyAnswer(text: string): ReportKeyAnswer {
  const values = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const at = line.indexOf("=");
    if (at > 0) values.set(line.slice(0, at).replace(/^\uFEFF/, ""), line.slice(at + 1).trim());
  }
  const number = (name: string): number | undefined => {
    const value = values.get(name);
    return value !== undefined && /^-?\d{1,10}$/.test(value) ? Number(value) : undefined;
  };
  const key = bytesOf(values.get(answerNames.key));
  const numbers = {
    instances: number(answerNames.instances),
    result: number(answerNames.result),
    length: number(answerNames.length),
    failure: number(answerNames.failure),
  };
  return given({ ...numbers, key });
}

/** Base64 to the letter: Node skips what is none, and a line that was cut would be a shorter key. */
function bytesOf(text: string | undefined): Uint8Array | undefined {
  if (text === undefined || text === "" || text.length % 4 !== 0) return undefined;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  return Buffer.from(text, "base64");
}

/** What a tool of Windows leaves: its exit code, and its text in the bytes of the console. */
export interface ConsoleResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: "";
}

/** The result of a tool that says everything on its standard output. */
export function consoleResult(code: number, text: string): ConsoleResult {
  return { code, stdout: consoleBytes(text), stderr: "" };
}

/** Letters beyond ASCII in the code page of a German console. */
const codePage850: Readonly<Record<string, number>> = {
  ä: 0x84,
  ö: 0x94,
  ü: 0x81,
  Ä: 0x8e,
  Ö: 0x99,
  Ü: 0x9a,
  ß: 0xe1,
};

function consoleBytes(text: string): Buffer {
  return Buffer.from([...text].map((letter) => codePage850[letter] ?? letter.charCodeAt(0)));
}

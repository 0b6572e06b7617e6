import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { minute } from "../../src/core/base/instant.ts";
import type { Site } from "../../src/core/model/policy/resolved-policy.ts";
import type { WindowsRegistry } from "../../src/core/model/policy/source.ts";
import { parseRegFile, regValue } from "../../src/drivers/access/formats/reg-file.ts";
import type { Means } from "../../src/drivers/driver.ts";
import { driverOf } from "../../src/drivers/drivers.ts";
import { makeMeans } from "../../src/engine/session/means.ts";
import { makeRedactor } from "../../src/engine/session/redact.ts";
import { collectingSink } from "../support/collecting-sink.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { bareMachine, testWorld } from "../support/test-world.ts";
import { hasWine, startWine, type Wine } from "../support/wine.ts";

/**
 * The driver over Wine's `reg.exe`, which writes what Windows' own does to the byte. What goes in is said to
 * the tool as arguments, so that nothing of ours says what must come out.
 */

const sms = "HKLM\\SOFTWARE\\Microsoft\\SMS";
const nal = "HKLM\\SOFTWARE\\Microsoft\\NAL";
const odd = `${sms}\\COMPONENTS\\a [b] ü 日本 "c"`;
const source: WindowsRegistry = { kind: "windows-registry", name: "registry", keys: [sms, nal] };
const site = { code: "PS1" } as Site;
const blob = Uint8Array.from({ length: 300 }, (_, at) => (at * 7) % 256);

/** Name, type and data as reg.exe takes them, and what a reader of the export must see. */
const values: readonly (readonly [key: string, name: string, type: string, data: string, read: object])[] = [
  [sms, "", "REG_SZ", "the default", { type: "string", text: "the default" }],
  [sms, "Site Code", "REG_SZ", "PS1", { type: "string", text: "PS1" }],
  [
    sms,
    "Path",
    "REG_SZ",
    'D:\\Program Files\\"SMS"\\',
    { type: "string", text: 'D:\\Program Files\\"SMS"\\' },
  ],
  [sms, 'a "name" with \\ in it', "REG_SZ", "Größe 日本 😀", { type: "string", text: "Größe 日本 😀" }],
  [sms, "naïve=名", "REG_SZ", "[no key]", { type: "string", text: "[no key]" }],
  [
    sms,
    "lines",
    "REG_SZ",
    "one\r\ntwo\r\n\r\n[three]",
    { type: "string", text: "one\r\ntwo\r\n\r\n[three]" },
  ],
  [sms, "empty", "REG_SZ", "", { type: "string", text: "" }],
  [
    sms,
    "Logs",
    "REG_EXPAND_SZ",
    "%ProgramFiles%\\Lögs",
    { type: "expandable", text: "%ProgramFiles%\\Lögs" },
  ],
  [
    sms,
    "Servers",
    "REG_MULTI_SZ",
    "cm01\\0sql01,1433\\0日本",
    { type: "strings", texts: ["cm01", "sql01,1433", "日本"] },
  ],
  [sms, "Port", "REG_DWORD", "4294967295", { type: "dword", number: 4294967295 }],
  [
    sms,
    "Last Row Version",
    "REG_QWORD",
    "0x8000000000000001",
    { type: "qword", number: 0x8000000000000001n },
  ],
  [
    nal,
    "Blob",
    "REG_BINARY",
    Buffer.from(blob).toString("hex"),
    { type: "binary", bytes: Buffer.from(blob) },
  ],
  [nal, "Nothing", "REG_NONE", "", { type: "none", bytes: Buffer.alloc(2) }],
  [nal, "Network", "REG_DWORD_BIG_ENDIAN", "258", { type: "other", bytes: Buffer.from([2, 1, 0, 0]) }],
  [odd, "x", "REG_SZ", "y", { type: "string", text: "y" }],
];

if (!hasWine) process.stderr.write("Wine is not installed: the registry driver meets no real reg.exe.\n");

describe.skipIf(!hasWine)("the registry driver and reg.exe", () => {
  let wine: Wine;
  let means: Means;
  let dispose: () => Promise<void>;

  beforeAll(async () => {
    wine = await startWine();
    const world = testWorld({ machine: { ...bareMachine, tools: { reg: wine.line("reg") } } });
    const step = { signal: new AbortController().signal, report: () => undefined };
    ({ means, dispose } = makeMeans(world, makeRedactor(), step));
    for (const [key, name, type, data] of values) {
      const where = name === "" ? ["/ve"] : ["/v", name];
      await reg("add", key, ...where, "/t", type, "/d", data, "/f");
    }
  });
  afterAll(async () => {
    await dispose?.();
    wine?.close();
  });

  async function reg(...args: readonly string[]): Promise<string> {
    const ran = await means.runTool("reg", args, { timeoutMs: minute });
    expect(ran, args.join(" ")).toMatchObject({ exitCode: 0 });
    return ran.stdout;
  }
  const look = () => driverOf("windows-registry").observe({ source, site }, means);
  async function capture(folder: string) {
    const sink = collectingSink(folder);
    const captured = await driverOf("windows-registry").capture({ source, site, mode: "full" }, means, sink);
    return { captured, files: sink.files().map((path) => join(folder, path)) };
  }

  test("every type of value is read from the export as it was set", async () => {
    const { captured, files } = await capture(temporaryFolder());
    const exports = files.map((file) => parseRegFile(readFileSync(file)));
    for (const [key, name, , , read] of values)
      expect(regValue(exports[key.startsWith(sms) ? 0 : 1]!, key, name), name).toEqual(read);
    expect(exports[0]!.keys.map((it) => it.name)).toContain(odd.replace("HKLM", "HKEY_LOCAL_MACHINE"));
    expect(captured.facts).toEqual({
      exported: { [sms]: { keys: 3, values: 12 }, [nal]: { keys: 1, values: 3 } },
    });
    expect(captured.problems).toEqual([]);
  });

  test("deleted keys come back by importing what was captured, to the byte", async () => {
    const folder = temporaryFolder();
    const before = await capture(folder);
    expect(await look()).toEqual({ answers: true, facts: { keys: 2 }, risks: [] });

    await reg("delete", sms, "/f");
    expect(await look()).toMatchObject({
      answers: true,
      facts: { keys: 1 },
      risks: [{ code: "registry-key-unreadable", message: expect.stringContaining(sms) }],
    });
    await reg("delete", nal, "/f");
    expect(await look()).toMatchObject({ answers: false, problem: { code: "registry-key-unreadable" } });
    await expect(capture(temporaryFolder())).rejects.toMatchObject({
      problem: { code: "registry-key-unreadable" },
    });

    for (const file of before.files) await reg("import", file);
    expect(await reg("query", sms, "/v", "Path")).toContain('REG_SZ    D:\\Program Files\\"SMS"\\');
    expect(await reg("query", sms, "/v", "Port")).toContain("REG_DWORD    0xffffffff");
    const after = await capture(temporaryFolder());
    expect(after.files.map((file) => readFileSync(file))).toEqual(
      before.files.map((file) => readFileSync(file)),
    );
  });

  test("an export onto a file that is there does not wait for an answer", async () => {
    const folder = temporaryFolder();
    const twice = { ...means, temporaryFolder: async () => folder };
    const request = { source: { ...source, keys: [nal] }, site, mode: "full" } as const;
    for (let time = 0; time < 2; time++)
      await driverOf("windows-registry").capture(request, twice, collectingSink(temporaryFolder()));
    expect(parseRegFile(readFileSync(join(folder, "0.reg"))).valueCount).toBe(3);
  });
});

import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { WindowsRegistry } from "../../src/core/model/policy/source.ts";
import { windowsRegistry } from "../../src/drivers/windows-registry.ts";
import { noon, policyOf } from "../support/build-site.ts";
import { listingSink } from "../support/collecting-sink.ts";
import { type MadeUpMachine, madeUpMeans } from "../support/made-up-means.ts";

const { site } = policyOf();
const keys = ["HKLM\\SOFTWARE\\SMS", "HKLM\\SOFTWARE\\None"];
const source: WindowsRegistry = { kind: "windows-registry", name: "registry", keys };

const unreadable = (key: string, severity = "risk") => ({
  code: "registry-key-unreadable",
  severity,
  message: `${key} is not there or may not be read (reg.exe ended with 3).`,
  where: "PS1/registry",
  hint: `Run \`reg query "${key}"\` as the account that runs sitekeep; administrators can read the SMS keys.`,
  about: { kind: "registry-key", key },
});

describe("a look", () => {
  test("asks for each key, and counts those that answer", async () => {
    const means = madeUpMeans({ runTool: registryWith([keys[0]!]) });
    const seen = await windowsRegistry.observe({ source, site }, means);
    expect(seen).toEqual({ answers: true, facts: { keys: 1 }, risks: [unreadable(keys[1]!)] });
    expect(means.commands).toEqual(keys.map((key) => ["reg", ["query", key], { timeoutMs: 60_000 }]));
  });

  test("at none that answers is no answer", async () => {
    const seen = await windowsRegistry.observe({ source, site }, madeUpMeans({ runTool: registryWith([]) }));
    expect(seen).toEqual({ answers: false, problem: unreadable(keys[0]!, "error") });
  });
});

describe("a capture", () => {
  test("exports each key to a file by its full name, and counts what is in it", async () => {
    const { captured, sink, means } = await capture(keys);
    expect(sink.offers).toEqual(
      ["HKEY_LOCAL_MACHINE/SOFTWARE/SMS.reg", "HKEY_LOCAL_MACHINE/SOFTWARE/None.reg"].map((path, at) => ({
        type: "file",
        path,
        modifiedAt: noon,
        size: textOf(keys[at]!).length,
        locator: { file: expect.stringMatching(new RegExp(`[\\\\/]${at}\\.reg$`)) },
        essential: true,
      })),
    );
    expect(captured).toEqual({
      mode: "full",
      asOf: noon,
      facts: { exported: Object.fromEntries(keys.map((key) => [key, { keys: 2, values: 1 }])) },
      problems: [],
    });
    const exportOf = (key: string) => [
      "reg",
      ["export", key, expect.any(String), "/y"],
      { timeoutMs: 300_000 },
    ];
    expect(means.commands).toEqual(keys.map(exportOf));
  });

  test("of which one key is closed keeps the other", async () => {
    const { captured, sink } = await capture([keys[1]!]);
    expect(sink.files()).toEqual(["HKEY_LOCAL_MACHINE/SOFTWARE/None.reg"]);
    expect(captured).toMatchObject({
      facts: { exported: { [keys[1]!]: { keys: 2, values: 1 } } },
      problems: [unreadable(keys[0]!)],
    });
  });

  test("of nothing is none", async () => {
    await expect(capture([])).rejects.toMatchObject({ problem: unreadable(keys[0]!, "error") });
  });

  test("stops between two keys", async () => {
    const stop = new AbortController();
    const asked: unknown[] = [];
    const exporting = registryWith(keys);
    const runTool: MadeUpMachine["runTool"] = async (tool, args, options) => {
      stop.abort();
      asked.push(args[1]);
      return exporting(tool, args, options);
    };
    const means = madeUpMeans({ runTool, signal: stop.signal });
    const request = { source, site, mode: "full" } as const;
    const stopped = windowsRegistry.capture(request, means, listingSink());
    await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
    expect(asked).toEqual([keys[0]]);
  });
});

async function capture(there: readonly string[]) {
  const means = madeUpMeans({ runTool: registryWith(there) });
  const sink = listingSink();
  const request = { source, site, mode: "full" } as const;
  return { means, sink, captured: await windowsRegistry.capture(request, means, sink) };
}

/** A registry in which these keys can be read. */
function registryWith(there: readonly string[]): NonNullable<MadeUpMachine["runTool"]> {
  return async (_, [command, key, file]) => {
    if (!there.includes(key!)) return { exitCode: 3 };
    if (command === "export") writeFileSync(file!, textOf(key!));
    return {};
  };
}

function textOf(key: string): Buffer {
  const name = key.replace("HKLM", "HKEY_LOCAL_MACHINE");
  const lines = [
    "Windows Registry Editor Version 5.00",
    "",
    `[${name}]`,
    '"a"="1"',
    "",
    `[${name}\\sub]`,
    "",
    "",
  ];
  return Buffer.from(`\uFEFF${lines.join("\r\n")}`, "utf16le");
}

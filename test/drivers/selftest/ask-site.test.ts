import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { AskedFact } from "../../../src/core/model/asked-fact.ts";
import type { ResolvedPolicy } from "../../../src/core/model/policy/resolved-policy.ts";
import { contents, files } from "../../../src/core/outside/catalogue.ts";
import { askSite } from "../../../src/drivers/selftest/ask-site.ts";
import type { Means } from "../../../src/drivers/driver.ts";
import { policyOf } from "../../support/build-site.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

let root = "";

beforeEach(() => {
  root = temporaryFolder();
});

describe("of the install folder", () => {
  test("what is there is confirmed, and what a sound site has and this one lacks differs", async () => {
    write("inboxes/smsbkup.box/smsbkup.ctl", "[Tokens]\r\nA=B\r\n");
    expect(await found("inboxes\\smsbkup.box\\smsbkup.ctl")).toEqual(is("confirmed"));
    expect(await found("srvacct")).toEqual(is("differs", "it is not in the install folder"));
    expect(await found("inboxes\\smsbkup.box\\AfterBackup.bat")).toEqual(is("not-seen"));
  });

  test("a section that its file lacks differs, and one without its file is not asked", async () => {
    expect(await found("smsbkup.ctl: [Tasks]")).toEqual(is("not-asked", "no smsbkup.ctl could be read"));
    write("inboxes/smsbkup.box/smsbkup.ctl", "[Tokens]\r\nA=B\r\n");
    expect(await found("smsbkup.ctl: [Tokens]")).toEqual(is("confirmed"));
    expect(await found("smsbkup.ctl: [Tasks]")).toEqual(is("differs", "smsbkup.ctl does not hold it"));
  });

  test("a message that its log lacks has not been seen, and one that it holds is confirmed", async () => {
    write("Logs/smsbkup.log", "STATMSG: ID=5055 SEV=I\r\n");
    expect(await found("smsbkup.log: STATMSG: ID=5055")).toEqual(is("confirmed"));
    expect(await found("smsbkup.log: STATMSG: ID=5035")).toEqual(is("not-seen"));
  });

  test("other ways to write a name count as the name", async () => {
    write("CD.Latest/SMSSETUP/version.ini", "[Version]\r\nVersion=5.0\r\n");
    expect(await found("cd.latest\\SMSSETUP")).toEqual(is("confirmed"));
    expect(await found("version.ini: [Version] Version")).toEqual(is("confirmed"));
  });

  test("no name of it is known where the policy tells no folder", async () => {
    const asked = await ask({ installFolder: undefined });
    const told = asked.filter(({ note }) => note === "the policy does not name the install folder");
    expect(told.map(({ id }) => id).toSorted()).toEqual(
      files
        .filter(({ at }) => at === "the install folder")
        .map(({ id }) => id)
        .filter((id) => !id.includes("smsbkup.log"))
        .concat("Logs\\smsbkup.log")
        .toSorted(),
    );
  });

  test("nothing of it is confirmed in an empty one", async () => {
    const asked = await ask();
    const ids = new Set([...files, ...contents].map(({ id }) => id));
    expect(asked.filter(({ id, found }) => ids.has(id) && found === "confirmed")).toEqual([]);
  });
});

describe("of the registry", () => {
  test("a key that reg.exe refuses is not asked, and nothing is said of how it ends", async () => {
    expect(await found("HKLM\\SOFTWARE\\Microsoft\\SMS")).toEqual(
      is("not-asked", "HKLM\\SOFTWARE\\Microsoft\\SMS is not there or may not be read on this machine"),
    );
    expect(await found("reg 0")).toMatchObject({ found: "not-asked" });
  });

  test("a value of another type differs, and what reg.exe takes is shown by the way", async () => {
    const reg = exporting('"ContentLibraryPath"=dword:00000001\r\n"ContentLibUsableDrives"="E:\\\\"\r\n');
    const asked = await ask({ reg });
    const of = (id: string) => asked.find((it) => it.id === id);
    const key = "HKLM\\SOFTWARE\\Microsoft\\SMS\\DP";
    expect(of(`${key}: ContentLibraryPath`)).toMatchObject(is("differs", "it is of another type, dword"));
    expect(of(`${key}: ContentLibUsableDrives`)).toMatchObject(is("confirmed"));
    expect(of("reg export KEY FILE /y")).toMatchObject(is("confirmed"));
    expect(of("HKLM, HKCU, HKCR, HKU, HKCC")).toMatchObject(is("confirmed"));
  });
});

function is(found: AskedFact["found"], note?: string): Omit<AskedFact, "id"> {
  return { found, ...(note !== undefined && { note }) };
}

function write(path: string, text: string): void {
  const file = join(root, path);
  rmSync(file, { force: true });
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
}

function exporting(values: string): Means["runTool"] {
  return async (_, [verb, key, file]) => {
    const long = key!.replace("HKLM", "HKEY_LOCAL_MACHINE");
    const text = `\uFEFFWindows Registry Editor Version 5.00\r\n\r\n[${long}]\r\n${values}\r\n`;
    if (verb === "export") writeFileSync(file!, text, "utf16le");
    return { exitCode: 0, stdout: "", stderr: "" };
  };
}

const refusing: Means["runTool"] = async () => ({ exitCode: 1, stdout: "", stderr: "" });

async function ask(
  change: { readonly installFolder?: undefined; readonly reg?: Means["runTool"] } = {},
): Promise<readonly AskedFact[]> {
  const policy = policyOf();
  const { installFolder, ...site } = policy.site;
  const here = "installFolder" in change ? site : { ...site, installFolder: installFolder ?? "D:\\CM" };
  const means = {
    localPath: () => root,
    runTool: change.reg ?? refusing,
    temporaryFolder: async () => temporaryFolder(),
  } as unknown as Means;
  return askSite({ ...policy, site: here, sources: [] } as ResolvedPolicy, means);
}

async function found(id: string): Promise<Omit<AskedFact, "id"> | undefined> {
  const asked = (await ask()).find((it) => it.id === id);
  if (asked === undefined) return undefined;
  const { id: _, ...rest } = asked;
  return rest;
}

import { join } from "node:path";
import { ProblemError } from "../../core/base/problem.ts";
import { minute } from "../../core/base/instant.ts";
import type { AskedFact } from "../../core/model/asked-fact.ts";
import { registryFacts } from "../../core/outside/catalogue.ts";
import {
  type RegistryFact,
  registryEnd,
  registryExport,
  registryFileHeader,
  registryQuery,
  registryRoots,
  registryValueTypes,
} from "../../core/outside/site/windows.ts";
import { type RegFile, regValue } from "../access/formats/reg-file.ts";
import type { Means } from "../driver.ts";
import { exportKey } from "../parts/export-key.ts";

/** What an export that could be read to its end has shown. */
const shownByExport = [registryExport, registryEnd, registryFileHeader, registryRoots];

/**
 * Asks this machine's registry through reg.exe for each key and value of the register. What reg.exe takes and
 * how it ends is shown by the way.
 */
export async function askRegistry(where: string, means: Means): Promise<readonly AskedFact[]> {
  const asked = new Map<string, AskedFact>();
  const note = (it: AskedFact): void => void asked.set(it.id, it);
  for (const fact of registryFacts) {
    try {
      note(await askKey(fact, { where, means, note }));
    } catch (thrown) {
      if (!(thrown instanceof ProblemError)) throw thrown;
      note({ id: fact.id, found: "not-asked", note: thrown.problem.message });
    }
  }
  return [...asked.values()];
}

interface Asking {
  readonly where: string;
  readonly means: Means;
  note(asked: AskedFact): void;
}

async function askKey(fact: RegistryFact, { where, means, note }: Asking): Promise<AskedFact> {
  const { id, key, value } = fact;
  const { exitCode } = await means.runTool("reg", [registryQuery.verb, key], { timeoutMs: minute });
  if (exitCode !== registryEnd.good)
    return { id, found: "not-asked", note: `${key} is not there or may not be read on this machine` };
  note({ id: registryQuery.id, found: "confirmed" });
  if (value === undefined) return { id, found: "confirmed" };
  const file = join(await means.temporaryFolder(), "asked.reg");
  const exported = await exportKey({ key, file, where }, means);
  for (const it of shownByExport) note({ id: it.id, found: "confirmed" });
  note({ id: registryValueTypes.id, found: hasTyped(exported) ? "confirmed" : "not-seen" });
  const found = regValue(exported, key, value);
  return found?.type === (fact.holds ?? "string")
    ? { id, found: "confirmed" }
    : {
        id,
        found: "differs",
        note: found ? `it is of another type, ${found.type}` : `${key} has no such value`,
      };
}

function hasTyped({ keys }: RegFile): boolean {
  return keys.some(({ values }) =>
    [...values.values()].some(({ type }) => type !== "string" && type !== "dword" && type !== "other"),
  );
}

import { join } from "node:path";
import { minute } from "../core/base/instant.ts";
import { type Problem, ProblemError } from "../core/base/problem.ts";
import { registryEnd, registryQuery } from "../core/outside/site/windows.ts";
import type { WindowsRegistry } from "../core/model/policy/source.ts";
import { statEntry } from "./access/files/file-tree.ts";
import { longKeyName } from "./access/formats/reg-file.ts";
import type { Driver, Means } from "./driver.ts";
import { exportKey, keyUnreadable } from "./parts/export-key.ts";
import { observing, tolerating } from "./parts/observing.ts";
import { placeOf } from "./parts/session/sql-session.ts";
import { windowsRegistryCapture, windowsRegistryLook } from "../core/model/facts/windows-registry.ts";

/** Registry keys as reg.exe exports them. Each export is read in full before it is offered. */
export const windowsRegistry: Driver<WindowsRegistry> = {
  observe: ({ source, site }, means) =>
    observing(async () => {
      const where = placeOf(site, source);
      const risks: Problem[] = [];
      for (const key of source.keys) await tolerating(risks, () => queryKey(key, where, means));
      if (risks.length === source.keys.length && risks[0])
        throw new ProblemError({ ...risks[0], severity: "error" });
      return { facts: windowsRegistryLook.write({ keys: source.keys.length - risks.length }), risks };
    }),

  async capture({ source, site }, means, sink) {
    const asOf = means.now();
    const where = placeOf(site, source);
    const problems: Problem[] = [];
    const counts: Record<string, { keys: number; values: number }> = {};
    const folder = await means.temporaryFolder();
    for (const [at, key] of source.keys.entries()) {
      means.signal.throwIfAborted();
      await tolerating(problems, async () => {
        const file = join(folder, `${at}.reg`);
        const exported = await exportKey({ key, file, where }, means);
        counts[key] = { keys: exported.keys.length, values: exported.valueCount };
        const entry = (await statEntry(file))!;
        const path = `${longKeyName(key).replaceAll("\\", "/")}.reg`;
        await sink.offer({
          type: "file",
          path,
          modifiedAt: asOf,
          size: entry.size,
          locator: { file },
          essential: true,
        });
      });
    }
    // Nothing at all is no snapshot.
    if (Object.keys(counts).length === 0 && problems[0])
      throw new ProblemError({ ...problems[0], severity: "error" });
    return { mode: "full", asOf, facts: windowsRegistryCapture.write({ exported: counts }), problems };
  },
};

async function queryKey(key: string, where: string, means: Means): Promise<void> {
  const { exitCode } = await means.runTool("reg", [registryQuery.verb, key], { timeoutMs: minute });
  if (exitCode !== registryEnd.good) throw keyUnreadable(key, where, exitCode);
}

import { renderProblems } from "../../core/report/render-problems.ts";
import { renderSelftest } from "../../core/report/render-selftest.ts";
import type { ResolvedPolicy } from "../../core/model/policy/resolved-policy.ts";
import { selftest, type TestedSite } from "../../engine/selftest.ts";
import type { RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { withSitePolicies } from "../session/with-policies.ts";

/** `sitekeep selftest SITE`: whether a real site is as sitekeep takes sites to be. Changes nothing. */
export const run: RunCommand<typeof exitCode.someFailed> = (call) =>
  withSitePolicies(call, async ({ session, policies }) => {
    const tested: TestedSite[] = [];
    // Several policies of one site name the same databases.
    for (const policy of onePerSite(policies)) tested.push(await selftest(session, policy));
    const databases = tested.flatMap((it) => it.databases);
    const machines = tested.map((it) => it.machine);
    const isAsTaken = [...databases, ...machines].every(
      (it) => it.problem === undefined && it.facts.every(({ found }) => found !== "differs"),
    );
    return {
      exitCode: isAsTaken ? exitCode.done : exitCode.someFailed,
      document: () => ({ apiVersion: "sitekeep/selftest/v1", databases, machines }),
      text: (paint) => [
        ...databases.flatMap(({ site, server, database, facts, problem }) =>
          problem === undefined ? renderSelftest(`${site}  ${database} on ${server}`, facts, paint) : [],
        ),
        ...machines.flatMap(({ site, facts, problem }) =>
          problem === undefined ? renderSelftest(`${site}  files, registry and tools`, facts, paint) : [],
        ),
        { remark: renderProblems([...databases, ...machines].flatMap(({ problem }) => problem ?? [])) },
      ],
    };
  });

function onePerSite(policies: readonly ResolvedPolicy[]): readonly ResolvedPolicy[] {
  return [...new Map(policies.map((it) => [it.site.code, it])).values()];
}

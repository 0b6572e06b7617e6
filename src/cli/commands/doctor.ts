import { renderDoctor } from "../../core/report/render-doctor.ts";
import type { ExaminedPart } from "../../core/model/precondition.ts";
import { examine } from "../../engine/doctor.ts";
import { readSelection } from "../../engine/pipeline.ts";
import type { RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { refused } from "../command/result.ts";
import { withSession } from "../session/open-session.ts";

/** `sitekeep doctor SITE`: every precondition of every source, before a capture has to find out. */
export const run: RunCommand<typeof exitCode.someFailed> = (call) =>
  withSession(call, async ({ session, policies: folder }) => {
    const loaded = await readSelection(session, { folder, site: call.args[0]! });
    if (!loaded.ok) return refused(loaded.problems);
    const policies: {
      readonly policy: string;
      readonly site: string;
      readonly parts: readonly ExaminedPart[];
    }[] = [];
    for (const policy of loaded.policies)
      policies.push({ policy: policy.name, site: policy.site.code, parts: await examine(session, policy) });
    const holdAll = policies.every(({ parts }) =>
      parts.every(({ preconditions }) => preconditions.every(({ found }) => found === "holds")),
    );
    return {
      exitCode: holdAll ? exitCode.done : exitCode.someFailed,
      document: () => ({ apiVersion: "sitekeep/doctor/v1", policies }),
      text: (paint) =>
        policies.flatMap(({ policy, site, parts }) => renderDoctor(`${site}  ${policy}`, parts, paint)),
    };
  });

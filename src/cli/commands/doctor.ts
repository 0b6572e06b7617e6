import { renderDoctor } from "../../core/report/render-doctor.ts";
import type { ExaminedPart } from "../../core/model/precondition.ts";
import { examine } from "../../engine/doctor.ts";
import type { RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { withSitePolicies } from "../session/with-policies.ts";

/** `sitekeep doctor SITE`: every precondition of every source, before a capture has to find out. */
export const run: RunCommand<typeof exitCode.someFailed> = (call) =>
  withSitePolicies(call, async ({ session, policies }) => {
    const examined: {
      readonly policy: string;
      readonly site: string;
      readonly parts: readonly ExaminedPart[];
    }[] = [];
    for (const policy of policies)
      examined.push({ policy: policy.name, site: policy.site.code, parts: await examine(session, policy) });
    const holdAll = examined.every(({ parts }) =>
      parts.every(({ preconditions }) => preconditions.every(({ found }) => found === "holds")),
    );
    return {
      exitCode: holdAll ? exitCode.done : exitCode.someFailed,
      document: () => ({ apiVersion: "sitekeep/doctor/v1", policies: examined }),
      text: (paint) =>
        examined.flatMap(({ policy, site, parts }) => renderDoctor(`${site}  ${policy}`, parts, paint)),
    };
  });

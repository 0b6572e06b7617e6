import { Ajv2020 } from "ajv/dist/2020.js";
import schema from "../../../schemas/plan.schema.json" with { type: "json" };
import { ProblemError } from "../../core/base/problem.ts";
import { sourceKinds } from "../../core/kinds/catalogue.ts";
import type { SavedPlan } from "../../core/model/plan.ts";

const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);

/** Refuses a document that is not as `plan` writes it: somebody edited it, or it is of another version. */
export function checkPlanShape(plan: SavedPlan, file: string): void {
  if (!validate(plan)) {
    const { instancePath = "", message = "it is another shape" } = validate.errors?.at(0) ?? {};
    throw edited(file, `${instancePath || "the document"} ${message}`);
  }
  const stray = plan.sites.flatMap((site) => strangers(site))[0];
  if (stray !== undefined) throw edited(file, `its policy has no source ${stray}`);
  const strange = plan.sites.flatMap((site) => strangeKinds(site))[0];
  if (strange !== undefined) throw edited(file, `there is no kind of source ${strange}`);
}

function strangers({ policy, actions }: SavedPlan["sites"][number]): readonly string[] {
  const known = new Set(policy.sources.map((it) => it.name));
  return actions.flatMap((action) =>
    "source" in action && !known.has(action.source) ? [action.source] : [],
  );
}

/** The schema leaves the kinds open: here they are those that this version has. */
function strangeKinds({ policy, actions }: SavedPlan["sites"][number]): readonly string[] {
  const named = [...policy.sources, ...actions].flatMap((it) => ("kind" in it ? [it.kind] : []));
  return named.filter((kind) => !sourceKinds.includes(kind));
}

function edited(file: string, why: string): ProblemError {
  return new ProblemError({
    code: "plan-unreadable",
    severity: "error",
    message: `${file} is not a plan as sitekeep wrote it: ${why}.`,
    where: file,
    hint: "Make one with `sitekeep plan --out FILE`. What a plan is to do is changed in the policy, not in the plan.",
  });
}

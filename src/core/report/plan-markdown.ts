import { formatMinute } from "../base/instant.ts";
import type { Problem } from "../base/problem.ts";
import type { AcceptedRisk } from "../model/policy/acceptance.ts";
import type { PolicyEffect } from "../model/policy/policy-effect.ts";
import type { Plan, SitePlan } from "../model/plan.ts";
import { acceptedWords } from "./words/accepted-words.ts";
import { countWords } from "./words/count-words.ts";
import { waitingWords } from "./words/quiet-words.ts";
import { renderEffects } from "./render-effects.ts";
import { isQuiet, reasonWords, stepWords, summaryWords } from "./render-plan.ts";
import { windowState } from "./words/window-words.ts";

/**
 * Writes a plan as Markdown for a pull request: a table of steps with their reasons, then what no step mends.
 */
export function renderPlanMarkdown(plan: Plan, effects: readonly PolicyEffect[] = []): string {
  const sites = plan.sites.flatMap(siteLines);
  const { leftOut = [] } = plan;
  const quiet =
    leftOut.length === 0 && plan.sites.every(isQuiet) ? ["Nothing to do: every promise is kept."] : [];
  return [
    "## sitekeep plan",
    "",
    `Made ${formatMinute(plan.madeAt)}. **${cell(summaryWords(plan))}**`,
    "",
    ...(effects.length === 0 ? [] : ["```text", renderEffects(effects).trimEnd(), "```", ""]),
    ...leftOutItems(leftOut),
    ...quiet,
    ...(quiet.length > 0 && sites.length > 0 ? [""] : []),
    ...sites,
    "",
  ].join("\n");
}

function leftOutItems(leftOut: readonly Problem[]): readonly string[] {
  if (leftOut.length === 0) return [];
  const items = leftOut.map(
    (it) => `- **${it.code}** at ${cell(it.where)}: ${cell(it.message)} ${cell(it.hint)}`,
  );
  return ["Left out, with everything that it was to protect, until it is mended:", "", ...items, ""];
}

function siteLines(site: SitePlan): readonly string[] {
  const { accepted = [] } = site;
  if (isQuiet(site) && accepted.length === 0) return [];
  const waiting = site.quiet === undefined ? [] : waitingWords(site.quiet);
  const steps = site.actions.map((action) =>
    action.do === "skip"
      ? `| skip ${cell(action.source)} | ${cell(action.because.message)} ${cell(action.because.hint)} |`
      : `| ${cell(stepWords(action))} | ${cell(reasonWords(action).replace(/:$/, ""))} |`,
  );
  const risks = site.risks.map((it) => `- **${it.code}**: ${cell(it.message)} ${cell(it.hint)}`);
  return [
    `### ${cell(site.site)}`,
    "",
    ...(site.window.state === "none"
      ? []
      : [`Window: **${windowState(site.window.state)}**. ${cell(site.window.because)}`, ""]),
    ...waiting.flatMap((it) => [cell(it), ""]),
    ...(steps.length === 0 ? [] : ["| step | why |", "|---|---|", ...steps, ""]),
    ...(risks.length === 0
      ? []
      : [`${countWords(risks.length, "risk")} that no step mends:`, "", ...risks, ""]),
    ...(accepted.length === 0
      ? []
      : [`${countWords(accepted.length, "accepted risk")}:`, "", ...accepted.map(acceptedItem), ""]),
  ];
}

function acceptedItem(it: AcceptedRisk): string {
  return `- ${it.code}: ${cell(acceptedWords(it))}`;
}

/** Text that stays in its cell and is no markup, whatever a policy calls its sources. */
function cell(text: string): string {
  return text.replace(/[\\`*_[\]<>|~#]/g, (sign) => `\\${sign}`).replace(/\s+/g, " ");
}

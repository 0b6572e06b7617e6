import { formatDuration, formatMinute } from "../base/instant.ts";
import type { Instant } from "../base/instant.ts";
import type { Problem } from "../base/problem.ts";
import type { Action, CaptureAction, Plan, SitePlan } from "../model/plan.ts";
import type { WindowVerdict } from "../model/window.ts";
import { noPaint } from "./paint.ts";
import type { Paint, Style } from "./paint.ts";
import { captureWords } from "./reason-words.ts";

/**
 * Writes a plan for people. A quiet plan is one line. Otherwise each site has its steps, each with its reason, then what
 * no step mends, and a count at the end. Ends with a line feed.
 */
export function renderPlan(plan: Plan, paint: Paint = noPaint): string {
  const lines = plan.sites.every(isQuiet)
    ? [quietLine(plan, paint)]
    : [
        ...plan.sites.flatMap((site) => [...siteLines(site, plan.madeAt, paint), ""]),
        summaryLine(plan, paint),
      ];
  const note = plan.hypothetical
    ? [paint("dim", `For ${formatMinute(plan.madeAt)}: this plan only shows, it can't be applied.`)]
    : [];
  return [...note, ...lines].map((line) => `${line}\n`).join("");
}

/** Nothing to do and nothing to say. */
function isQuiet(site: SitePlan): boolean {
  return site.actions.length === 0 && site.risks.length === 0;
}

function quietLine({ sites }: Plan, paint: Paint): string {
  const next = sites
    .filter((site) => site.nextDue !== undefined)
    .toSorted((left, right) => left.nextDue! - right.nextDue!)[0];
  const tail =
    next === undefined ? "" : paint("dim", ` Next: ${next.site} at ${formatMinute(next.nextDue!)}.`);
  return `${paint("good", "Nothing to do: every promise is kept.")}${tail}`;
}

function siteLines(site: SitePlan, now: Instant, paint: Paint): readonly string[] {
  const head = `${paint("bold", site.site)}  ${paint("dim", site.policy.where)}`;
  if (isQuiet(site)) return [`${head}  ${paint("good", "every promise is kept")}${nextWords(site)}`];
  return [
    head,
    ...(site.elsewhere === undefined ? [] : [`  ${paint("warn", `Shown, not run here: ${site.elsewhere}`)}`]),
    ...windowLines(site.window, paint),
    ...stepLines(site.actions, now, paint),
    ...site.risks.flatMap((risk) => riskLines(risk, paint)),
    ...(site.actions.length === 0 ? [`  ${paint("dim", `No step mends this${nextWords(site)}`)}`] : []),
  ];
}

function nextWords({ nextDue }: SitePlan): string {
  return nextDue === undefined ? "" : `; next at ${formatMinute(nextDue)}`;
}

/** How each state of the window looks and is called. */
export const windowStyle: Readonly<Record<WindowVerdict["state"], Style>> = {
  inside: "good",
  closing: "warn",
  outside: "bad",
  "not-proven": "warn",
  none: "dim",
};

function windowLines({ state, because }: WindowVerdict, paint: Paint): readonly string[] {
  if (state === "none") return [];
  const word = paint(windowStyle[state], state === "not-proven" ? "not proven" : state);
  return [`  window: ${word}. ${because}`];
}

/** Steps that follow each other for one reason share its line. */
function stepLines(actions: readonly Action[], now: Instant, paint: Paint): readonly string[] {
  return actions.flatMap((action, at) => {
    const before = actions[at - 1];
    const words = reasonWords(action);
    const heading = before !== undefined && reasonWords(before) === words ? [] : [`  ${paint("dim", words)}`];
    const after = actions[at + 1];
    const isLastOfHint = !(
      after?.do === "skip" &&
      action.do === "skip" &&
      after.because.hint === action.because.hint
    );
    return [
      ...heading,
      ...actionLines(action, now, paint),
      ...(isLastOfHint ? hintLines(action, paint) : []),
    ];
  });
}

/** A cure that several skips share is said once, after the last of them. */
function hintLines(action: Action, paint: Paint): readonly string[] {
  return action.do === "skip" ? [hint(action.because, paint)] : [];
}

function reasonWords(action: Action): string {
  switch (action.do) {
    case "capture":
      return `Point of ${formatMinute(action.point)}. ${captureWords(action.because)}`;
    case "forget":
      return `Retention lets go (${action.because.detail}):`;
    case "skip":
      return "Due, and not possible now:";
  }
}

function actionLines(action: Action, now: Instant, paint: Paint): readonly string[] {
  switch (action.do) {
    case "capture": {
      const mode = action.mode === "full" ? action.kind : `${action.kind}, ${action.mode}`;
      const title = `capture ${action.source} (${mode})`;
      return [`    ${paint("good", "+")} ${title}${ageWords(action, now)}`];
    }
    case "forget": {
      const count = action.snapshots.length;
      const content = count === 1 ? "1 snapshot" : `${count} snapshots`;
      return [`    ${paint("bad", "-")} forget the point of ${formatMinute(action.point)} (${content})`];
    }
    case "skip":
      return [`    ${paint("warn", "!")} skip ${action.source} (${action.kind}): ${action.because.message}`];
  }
}

function ageWords({ because }: CaptureAction, now: Instant): string {
  if (because.why !== "due" && because.why !== "increment-due") return "";
  return `; the newest copy is ${formatDuration(Math.max(0, now - because.lastAsOf))} old`;
}

function hint(problem: Problem, paint: Paint): string {
  return `      ${paint("dim", `→ ${problem.hint}`)}`;
}

function riskLines(risk: Problem, paint: Paint): readonly string[] {
  return [`  ${paint("bad", "risk")} ${risk.message}`, hint(risk, paint)];
}

function summaryLine({ sites }: Plan, paint: Paint): string {
  const actions = sites.flatMap((site) => site.actions);
  const count = (what: Action["do"]) => actions.filter((action) => action.do === what).length;
  const risks = sites.reduce((total, site) => total + site.risks.length, 0);
  const words = [
    `${count("capture")} to capture`,
    `${count("forget")} to forget`,
    ...(count("skip") > 0 ? [`${count("skip")} skipped`] : []),
    ...(risks > 0 ? [`${risks} ${risks === 1 ? "risk" : "risks"}`] : []),
  ];
  return paint("bold", `Plan: ${words.join(", ")}.`);
}

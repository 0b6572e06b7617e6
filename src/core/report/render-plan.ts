import { formatDuration, formatMinute } from "../base/instant.ts";
import type { Instant } from "../base/instant.ts";
import type { Problem } from "../base/problem.ts";
import type { Action, CaptureAction, Plan, SitePlan, SkipAction } from "../model/plan.ts";
import { acceptedLines } from "./words/accepted-words.ts";
import { countWords } from "./words/count-words.ts";
import { leftOutLines } from "./words/left-out-words.ts";
import { withCures } from "./words/cures.ts";
import { waitingWords } from "./words/quiet-words.ts";
import { noPaint } from "./words/paint.ts";
import type { Paint, Style } from "./words/paint.ts";
import { captureWords } from "./words/reason-words.ts";
import { windowState, windowStyle } from "./words/window-words.ts";
import { isVerdictOn } from "../model/site-subject.ts";

/**
 * Writes a plan for people. A quiet plan is one line. Otherwise each site has its steps, each with its
 * reason, then what no step mends, and a count at the end. Ends with a line feed.
 */
export function renderPlan(plan: Plan, paint: Paint = noPaint): string {
  const isWhole = plan.leftOut === undefined;
  const lines =
    isWhole && plan.sites.every(isQuiet)
      ? [quietLine(plan, paint), ...plan.sites.flatMap((site) => belowSite(site, paint))]
      : [
          ...plan.sites.flatMap((site) => [...siteLines(site, plan.madeAt, paint), ""]),
          summaryLine(plan, paint),
        ];
  const note = plan.hypothetical
    ? [paint("dim", `For ${formatMinute(plan.madeAt)}: this plan only shows, it can't be applied.`)]
    : [];
  return [...note, ...leftOutLines(plan.leftOut, paint), ...(isWhole ? [] : [""]), ...lines]
    .map((line) => `${line}\n`)
    .join("");
}

/** Nothing to do, and nothing to say but what is accepted. */
export function isQuiet(site: SitePlan): boolean {
  return site.actions.length === 0 && site.risks.length === 0 && site.quiet === undefined;
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
  if (isQuiet(site))
    return [
      `${head}  ${paint("good", "every promise is kept")}${nextWords(site)}`,
      ...belowSite(site, paint),
    ];
  return [
    head,
    ...(site.elsewhere === undefined ? [] : [`  ${paint("warn", `Shown, not run here: ${site.elsewhere}`)}`]),
    ...windowLines(site, paint),
    ...stepLines(site.actions.filter(isNoSkip), now, paint),
    ...(site.quiet === undefined ? [] : waitingWords(site.quiet).map((it) => `  ${paint("warn", it)}`)),
    ...skipLines(site.actions.filter(isSkip), paint),
    ...riskLines(
      site.risks.filter((risk) => !isOfWindow(risk, site)),
      paint,
    ),
    ...(site.actions.length === 0 && site.risks.length > 0
      ? [`  ${paint("dim", `No step mends this${nextWords(site)}`)}`]
      : []),
    ...belowSite(site, paint),
  ];
}

/** What is accepted is neither a step nor a risk, and never left out. */
function belowSite({ accepted }: SitePlan, paint: Paint): readonly string[] {
  return acceptedLines(accepted, paint).map((line) => `  ${line}`);
}

function nextWords({ nextDue }: SitePlan): string {
  return nextDue === undefined ? "" : `; next at ${formatMinute(nextDue)}`;
}

/** The verdict, with the cure of the risk that says the same. */
function windowLines(site: SitePlan, paint: Paint): readonly string[] {
  const { state, because } = site.window;
  if (state === "none") return [];
  const word = paint(windowStyle[state], windowState(state));
  const risk = site.risks.find((it) => isOfWindow(it, site));
  return [`  window: ${word}. ${because}`, ...(risk === undefined ? [] : [cure(risk.hint, paint)])];
}

function isOfWindow(risk: Problem, { site }: SitePlan): boolean {
  return isVerdictOn(risk, site);
}

function isSkip(action: Action): action is SkipAction {
  return action.do === "skip";
}

function isNoSkip(action: Action): action is Exclude<Action, SkipAction> {
  return action.do !== "skip";
}

/** Steps that follow each other for one reason share its line. */
function stepLines(
  actions: readonly Exclude<Action, SkipAction>[],
  now: Instant,
  paint: Paint,
): readonly string[] {
  return actions.flatMap((action, at) => {
    const before = actions[at - 1];
    const words = reasonWords(action);
    const heading = before !== undefined && reasonWords(before) === words ? [] : [`  ${paint("dim", words)}`];
    return [...heading, actionLine(action, now, paint)];
  });
}

/** What can't be done stands together, whatever order it had: it is one thing to mend more often than not. */
function skipLines(skips: readonly SkipAction[], paint: Paint): readonly string[] {
  const lines = withCures(skips, {
    line: (it) => `    ${paint("warn", "!")} skip ${it.source} (${it.kind}): ${it.because.message}`,
    problem: (it) => it.because,
    cure: (hint) => `  ${cure(hint, paint)}`,
  });
  return skips.length === 0 ? [] : [`  ${paint("dim", "Due, and not possible now:")}`, ...lines];
}

/** Why a step is taken; what belongs to one reason follows its colon. */
export function reasonWords(action: Exclude<Action, SkipAction>): string {
  switch (action.do) {
    case "capture":
      return `Point of ${formatMinute(action.point)}. ${captureWords(action.because)}`;
    case "verify":
      return action.in === undefined
        ? "Written and never read back:"
        : `Overtaken by a prune of ${action.in}:`;
    case "copy":
      return `Not in ${action.to} yet:`;
    case "forget-copy":
      return `Retention of ${action.from} lets go (${action.because.detail}):`;
    case "forget":
      return `Retention lets go (${action.because.detail}):`;
  }
}

function actionLine(action: Exclude<Action, SkipAction>, now: Instant, paint: Paint): string {
  const [sign, style] = signs[action.do];
  const age = action.do === "capture" ? ageWords(action, now) : "";
  return `    ${paint(style, sign)} ${stepWords(action)}${age}`;
}

const signs: Readonly<Record<Exclude<Action, SkipAction>["do"], readonly [string, Style]>> = {
  capture: ["+", "good"],
  verify: ["=", "good"],
  copy: ["+", "good"],
  "forget-copy": ["-", "bad"],
  forget: ["-", "bad"],
};

/** What a step does, in words. */
export function stepWords(action: Exclude<Action, SkipAction>): string {
  switch (action.do) {
    case "capture": {
      const mode = action.mode === "full" ? action.kind : `${action.kind}, ${action.mode}`;
      return `capture ${action.source} (${mode})`;
    }
    case "verify": {
      const where = action.in === undefined ? "" : ` in ${action.in}`;
      return `verify ${action.source} (${action.kind}) of ${formatMinute(action.asOf)}${where}`;
    }
    case "copy": {
      const content = countWords(action.snapshots.length + action.expected, "snapshot");
      return `copy the point of ${formatMinute(action.point)} to ${action.to} (${content})`;
    }
    case "forget-copy":
    case "forget": {
      const where = action.do === "forget" ? "" : ` in ${action.from}`;
      const content = countWords(action.snapshots.length, "snapshot");
      return `forget the point of ${formatMinute(action.point)}${where} (${content})`;
    }
  }
}

function ageWords({ because }: CaptureAction, now: Instant): string {
  if (because.why !== "due" && because.why !== "increment-due") return "";
  return `; the newest copy is ${formatDuration(Math.max(0, now - because.lastAsOf))} old`;
}

function cure(hint: string, paint: Paint): string {
  return `    ${paint("dim", `→ ${hint}`)}`;
}

function riskLines(risks: readonly Problem[], paint: Paint): readonly string[] {
  return withCures(risks, {
    line: (risk) => `  ${paint("bad", "risk")} ${risk.message}`,
    problem: (risk) => risk,
    cure: (hint) => `  ${cure(hint, paint)}`,
  });
}

function summaryLine(plan: Plan, paint: Paint): string {
  return paint("bold", `Plan: ${summaryWords(plan)}`);
}

/** How many steps of each kind, how many risks, and how many of those that were accepted. */
export function summaryWords({ sites, leftOut = [] }: Plan): string {
  const actions = sites.flatMap((site) => site.actions);
  const count = (what: Action["do"]) => actions.filter((action) => action.do === what).length;
  const risks = sites.reduce((total, site) => total + site.risks.length, 0);
  const waiting = sites.reduce((total, { quiet }) => total + (quiet?.waiting.length ?? 0), 0);
  const accepted = sites.reduce((total, site) => total + (site.accepted?.length ?? 0), 0);
  const words = [
    `${count("capture")} to capture`,
    `${count("forget") + count("forget-copy")} to forget`,
    ...(count("copy") > 0 ? [`${count("copy")} to copy`] : []),
    ...(count("verify") > 0 ? [`${count("verify")} to verify`] : []),
    ...(count("skip") > 0 ? [`${count("skip")} skipped`] : []),
    ...(waiting > 0 ? [`${waiting} waiting`] : []),
    ...(risks > 0 ? [`${risks} ${risks === 1 ? "risk" : "risks"}`] : []),
    ...(accepted > 0 ? [`${accepted} accepted`] : []),
    ...(leftOut.length > 0 ? [countWords(leftOut.length, "error")] : []),
  ];
  return `${words.join(", ")}.`;
}

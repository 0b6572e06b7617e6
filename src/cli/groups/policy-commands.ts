import { exitCode } from "../command/exit-code.ts";
import type { CommandSpec } from "../command/command.ts";
import { json, machine, place, policies, yes } from "../options/common-options.ts";

/** From a policy to its runs, and what they keep promised. */
export const policyCommands: readonly CommandSpec[] = [
  {
    name: "init",
    summary: "write a commented policy and repository document for a site",
    options: [
      policies,
      machine,
      { flags: "--site <code>", does: "three-letter site code" },
      {
        flags: "--type <type>",
        does: "primary or central-administration",
        choices: ["primary", "central-administration"],
      },
      { flags: "--server <name>", does: "SQL Server of the site database" },
      { flags: "--repository-folder <dir>", does: "where snapshots are to live: a folder or share" },
      yes,
    ],
    examples: [
      ["sitekeep init", "asks for what it can't know"],
      [
        "sitekeep init --site PS1 --server sql01.contoso.com --repository-folder '\\\\backup01\\sitekeep$' --yes",
        "asks nothing",
      ],
    ],
    load: () => import("../commands/init.ts"),
  },
  {
    name: "validate",
    summary: "read all policies and show every problem with its line",
    options: [
      ...place,
      json,
      { flags: "--explain", does: "print each policy whole, with the origin of every value" },
      {
        flags: "--format <format>",
        does: "text, or github to annotate a pull request",
        choices: ["text", "github"],
      },
    ],
    examples: [
      ["sitekeep validate", "checks ./policies"],
      ["sitekeep validate --explain", "shows defaults and templates filled in"],
      ["sitekeep validate --format github", "in a pull request's workflow"],
    ],
    load: () => import("../commands/validate.ts"),
  },
  {
    name: "plan",
    summary: "show what is missing between promise and fact, and why; changes nothing",
    options: [
      ...place,
      json,
      { flags: "--out <file>", does: "save the plan for review and `apply FILE`" },
      { flags: "--valid <duration>", does: "how long a saved plan may be applied; 24h unless told" },
      { flags: "--detailed-exitcode", does: "exit with 2 when something is to be done" },
      { flags: "--at <time>", does: "plan for another instant, as 2026-12-24T01:30:00Z; can't be applied" },
      { flags: "--recorded", does: "ask no source: take the facts of this machine's last look" },
      {
        flags: "--format <format>",
        does: "text, markdown for a pull request, or github to annotate it",
        choices: ["text", "markdown", "github"],
      },
      {
        flags: "--diff <dir>",
        does: "also say what these policies do beside those of another folder, as they were",
      },
      { flags: "--site <code>", does: "only this site" },
    ],
    examples: [
      ["sitekeep plan", "the difference, with reasons"],
      ["sitekeep plan --out friday.json", "then: sitekeep apply friday.json"],
      [
        "sitekeep plan --recorded --format markdown --diff ../main/policies",
        "for the pull request that changes them",
      ],
      ["sitekeep plan --detailed-exitcode", "for a pipeline: 0 nothing, 2 changes, 1 error"],
    ],
    alsoEndsWith: exitCode.pending,
    load: () => import("../commands/plan.ts"),
  },
  {
    name: "apply",
    arguments: "[plan]",
    summary: "do what the plan says: a fresh one, or exactly a saved one",
    options: [...place, json, yes, { flags: "--site <code>", does: "only this site" }],
    examples: [
      ["sitekeep apply", "plans, shows, asks, does"],
      ["sitekeep apply friday.json", "does what was reviewed, or refuses and names the facts that changed"],
    ],
    alsoEndsWith: exitCode.someFailed,
    load: () => import("../commands/apply.ts"),
  },
  {
    name: "capture",
    arguments: "<site> [sources...]",
    summary: "make a recovery point now, whatever is due",
    options: [
      ...place,
      json,
      yes,
      { flags: "--hold <why>", does: "and hold the point, until it is released" },
      {
        flags: "--after-task",
        does: "the site's own task has handed over: the capture joins the point that is due",
      },
    ],
    examples: [
      ["sitekeep capture PS1 --hold 'before 2603'", "all sources of the site, kept until it is released"],
      ["sitekeep capture PS1 database registry", "two sources"],
    ],
    alsoEndsWith: exitCode.someFailed,
    load: () => import("../commands/capture.ts"),
  },
  {
    name: "watch",
    runsUntilStopped: true,
    summary: "plan and apply by itself: when a policy changes, when a run is due",
    options: [
      ...place,
      { flags: "--every <time>", does: "also look at the sites this often (default: 15m)" },
    ],
    examples: [["sitekeep watch", "runs until Ctrl-C; a broken edit keeps the last good policies in force"]],
    load: () => import("../commands/watch.ts"),
  },
  {
    name: "status",
    summary: "per site: last recovery point, window, next run, proofs, problems",
    options: [...place, json, { flags: "--check", does: "exit with 4 when a promise is broken" }],
    examples: [
      ["sitekeep status", "if the site dies now, what do I lose?"],
      ["sitekeep status --check", "for a monitor"],
    ],
    alsoEndsWith: exitCode.broken,
    load: () => import("../commands/status.ts"),
  },
  {
    name: "selftest",
    arguments: "<site>",
    summary: "ask a site's databases whether they are as sitekeep takes them to be; changes nothing",
    options: [...place, json],
    examples: [
      ["sitekeep selftest PS1", "what differs, and what the login may not see"],
      ["sitekeep selftest PS1 --json > ps1-selftest.json", "the report that helps to mend a difference"],
    ],
    alsoEndsWith: exitCode.someFailed,
    load: () => import("../commands/selftest.ts"),
  },
  {
    name: "doctor",
    arguments: "<site>",
    summary: "check everything that a site's sources need before they can be captured; changes nothing",
    options: [...place, json],
    examples: [
      ["sitekeep doctor PS1", "what holds, what does not with its cure, and what could not be checked"],
      ["sitekeep doctor PS1 --json", "for a script that sets a site up"],
    ],
    alsoEndsWith: exitCode.someFailed,
    load: () => import("../commands/doctor.ts"),
  },
  {
    name: "simulate",
    summary:
      "what the policies will hold by a date, on a virtual clock, and whether that is what they expect",
    options: [
      ...place,
      json,
      { flags: "--until <date>", does: "how far: 2028-01-31, or 400d (default: 366d)" },
      {
        flags: "--fail <failure...>",
        does: "a source that is silent for a while: 'database 2027-01-03..2027-01-05'",
      },
      { flags: "--empty", does: "begin with nothing and look at nothing, as a check of a pull request does" },
      { flags: "--html <file>", does: "also write a page with a calendar" },
      { flags: "--site <code>", does: "only this site" },
    ],
    examples: [
      ["sitekeep simulate --until 2028-01-31", "goes on from what the repository holds today"],
      ["sitekeep simulate --empty", "the policies alone; ends with 1 when a clause of `expect` is broken"],
      [
        "sitekeep simulate --fail 'PS1/database 2027-01-03..2027-01-05'",
        "what three days without it would cost",
      ],
    ],
    load: () => import("../commands/simulate.ts"),
  },
];

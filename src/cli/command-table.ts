import type { CommandSpec, OptionSpec } from "./command.ts";

const policies: OptionSpec = {
  flags: "--policies <dir>",
  does: "folder or file with the policies (default: ./policies)",
};
const machine: OptionSpec = {
  flags: "--machine <file>",
  does: "machine file (default: the platform's, see docs/machine.md)",
};
const lab: OptionSpec = {
  flags: "--lab <dir>",
  does: "work on a lab site: its policies, machine file and clock",
};
const json: OptionSpec = { flags: "--json", does: "print one JSON document (docs/json.md) instead of text" };
const yes: OptionSpec = { flags: "--yes", does: "don't ask" };
const repository: OptionSpec = {
  flags: "--repository <name>",
  does: "a repository of the policies, by name, when there are several",
};
const folder: OptionSpec = {
  flags: "--folder <dir>",
  does: "a repository folder, when the policies are lost",
};
const keyFile: OptionSpec = { flags: "--key-file <file>", does: "the key of --folder" };
const passwordFrom: OptionSpec = {
  flags: "--password-from <reference>",
  does: "the password of --folder: env:NAME, file:PATH, credential:NAME or command:PROGRAM",
};
const newKey: readonly OptionSpec[] = [
  { flags: "--new-key-file <file>", does: "the new key; made when the file is not there, never overwritten" },
  { flags: "--new-password", does: "a new password, asked for twice on the terminal" },
  {
    flags: "--new-password-from <reference>",
    does: "a new password: env:NAME, file:PATH, credential:NAME or command:PROGRAM",
  },
];
const place = [policies, machine, lab];
const store = [...place, repository, folder, keyFile, passwordFrom];

/** Every command, in the order in which help shows them. */
export const commandTable: readonly CommandSpec[] = [
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
    load: () => import("./commands/init.ts"),
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
    load: () => import("./commands/validate.ts"),
  },
  {
    name: "plan",
    summary: "show what is missing between promise and fact, and why; changes nothing",
    options: [
      ...place,
      json,
      { flags: "--out <file>", does: "save the plan for review and `apply FILE`" },
      { flags: "--detailed-exitcode", does: "exit with 2 when something is to be done" },
      { flags: "--at <time>", does: "plan for another instant, as 2026-12-24T01:30:00Z; can't be applied" },
      { flags: "--recorded", does: "ask no source: take the facts of this machine's last look" },
      { flags: "--site <code>", does: "only this site" },
    ],
    examples: [
      ["sitekeep plan", "the difference, with reasons"],
      ["sitekeep plan --out friday.json", "then: sitekeep apply friday.json"],
      ["sitekeep plan --detailed-exitcode", "for a pipeline: 0 nothing, 2 changes, 1 error"],
    ],
    load: () => import("./commands/plan.ts"),
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
    load: () => import("./commands/apply.ts"),
  },
  {
    name: "capture",
    arguments: "<site> [sources...]",
    summary: "make a recovery point now, whatever is due",
    options: [...place, json, yes],
    examples: [
      ["sitekeep capture PS1", "all sources of the site, before an upgrade"],
      ["sitekeep capture PS1 database registry", "two sources"],
    ],
    load: () => import("./commands/capture.ts"),
  },
  {
    name: "watch",
    summary: "plan and apply by itself: when a policy changes, when a run is due",
    options: [
      ...place,
      { flags: "--every <time>", does: "also look at the sites this often (default: 15m)" },
    ],
    examples: [["sitekeep watch", "runs until Ctrl-C; a broken edit keeps the last good policies in force"]],
    load: () => import("./commands/watch.ts"),
  },
  {
    name: "status",
    summary: "per site: last recovery point, window, next run, proofs, problems",
    options: [...place, json, { flags: "--check", does: "exit with 4 when a promise is broken" }],
    examples: [
      ["sitekeep status", "if the site dies now, what do I lose?"],
      ["sitekeep status --check", "for a monitor"],
    ],
    load: () => import("./commands/status.ts"),
  },
  {
    name: "snapshots list",
    summary: "what exists, by recovery point",
    options: [...store, json, { flags: "--site <code>", does: "only this site" }],
    examples: [["sitekeep snapshots list --site PS1", "points of PS1, newest first"]],
    load: () => import("./commands/snapshots-list.ts"),
  },
  {
    name: "snapshots show",
    arguments: "<snapshot> [path]",
    summary: "one snapshot: its facts, remarks, and what is in it",
    options: [...store, json],
    examples: [
      ["sitekeep snapshots show PS1/library", "the newest of a source"],
      ["sitekeep snapshots show PS1/packages~1 Office", "the one before, below a folder"],
    ],
    load: () => import("./commands/snapshots-show.ts"),
  },
  {
    name: "snapshots explain",
    arguments: "[snapshot]",
    summary: "why each recovery point is kept, or will go",
    options: [...place, json, { flags: "--site <code>", does: "only this site" }],
    examples: [
      ["sitekeep snapshots explain --site PS1", "every point of PS1 with all its reasons, newest first"],
      ["sitekeep snapshots explain PS1/library~3", "the point that holds this snapshot"],
    ],
    load: () => import("./commands/snapshots-explain.ts"),
  },
  {
    name: "verify",
    arguments: "[site]",
    summary: "read snapshots back and prove them; the least recently proven first",
    options: [
      ...place,
      json,
      { flags: "--read <share>", does: "how much of each snapshot is read, as 5% (default: 100%)" },
    ],
    examples: [
      ["sitekeep verify PS1", "the newest snapshot of every source, whole"],
      ["sitekeep verify --read 5%", "a sample of every site's"],
    ],
    load: () => import("./commands/verify.ts"),
  },
  {
    name: "restore",
    arguments: "<snapshot> [paths...]",
    summary: "give files back, verified; or a database to a SQL Server",
    options: [
      ...store,
      json,
      { flags: "--to <dir>", does: "where the files go; nothing there is overwritten" },
      { flags: "--overwrite", does: "replace files that are there" },
      { flags: "--dry-run", does: "say what would be restored" },
      {
        flags: "--database <name>",
        does: "restore the database under this name, on the policy's server or --server",
      },
      { flags: "--server <name>", does: "another SQL Server for --database" },
      { flags: "--replace", does: "with --database: replace a database of that name" },
      yes,
    ],
    examples: [
      ["sitekeep restore PS1/files --to D:\\restored", "everything of the newest snapshot"],
      ["sitekeep restore PS1/packages Office/setup.exe --to .", "one file"],
      ["sitekeep restore PS1/database --database CM_PS1_DRILL", "the site database beside the live one"],
    ],
    load: () => import("./commands/restore.ts"),
  },
  {
    name: "repo init",
    summary: "make the repository that the policies name, with its key",
    options: [...place, repository, json],
    examples: [
      ["sitekeep repo init", "`apply` does it too, at its first run; a key file that is there is used"],
      ["sitekeep repo init --repository offsite", "one of several, by the name of its document"],
    ],
    load: () => import("./commands/repo-init.ts"),
  },
  {
    name: "repo stats",
    summary: "what a repository holds and what that takes, by source and by month",
    options: [...store, json],
    examples: [["sitekeep repo stats", "reads manifests, trees and the index; no content"]],
    load: () => import("./commands/repo-stats.ts"),
  },
  {
    name: "repo keys list",
    summary: "the key slots, and which of them the policy's keys open",
    options: [...store, json],
    examples: [["sitekeep repo keys list", "whatever was locked by a key file or a password"]],
    load: () => import("./commands/repo-keys-list.ts"),
  },
  {
    name: "repo keys add",
    summary: "let another key file or password open the repository",
    options: [...store, json, ...newKey],
    examples: [
      ["sitekeep repo keys add --new-key-file E:\\escrow.key", "makes the key, and a slot for it"],
      ["sitekeep repo keys add --new-password", "asks for it twice"],
      ["sitekeep repo keys add --new-password-from env:ESCROW", "where nobody can be asked"],
    ],
    load: () => import("./commands/repo-keys-add.ts"),
  },
  {
    name: "repo keys remove",
    arguments: "<slot>",
    summary: "take a key slot away; never the last one",
    options: [...store, json, yes],
    examples: [["sitekeep repo keys remove 3f9a", "by the beginning of its id; asks first"]],
    load: () => import("./commands/repo-keys-remove.ts"),
  },
  {
    name: "repo keys rotate",
    arguments: "[slot]",
    summary: "put a new key in the place of an old one: added, tried, then the old one removed",
    options: [...store, json, yes, ...newKey],
    examples: [
      ["sitekeep repo keys rotate --new-key-file D:\\keys\\2027.key", "replaces the key of the policy"],
      ["sitekeep repo keys rotate 3f9a --new-password", "replaces that slot"],
    ],
    load: () => import("./commands/repo-keys-rotate.ts"),
  },
  {
    name: "lab create",
    arguments: "<dir>",
    summary: "make a simulated hierarchy on this machine",
    options: [],
    examples: [["sitekeep lab create ./lab-site", "a CAS, two primaries, one of them complete on disk"]],
    load: () => import("./commands/lab-create.ts"),
  },
  {
    name: "lab start",
    arguments: "<dir>",
    summary: "run the lab's SQL Servers until Ctrl-C",
    options: [],
    examples: [["sitekeep lab start ./lab-site", "then, elsewhere: sitekeep plan --lab ./lab-site"]],
    load: () => import("./commands/lab-start.ts"),
  },
  {
    name: "lab status",
    arguments: "<dir>",
    summary: "which servers run, what time it is there, and what is broken",
    options: [],
    examples: [["sitekeep lab status ./lab-site", "before you look for the fault in a policy"]],
    load: () => import("./commands/lab-status.ts"),
  },
  {
    name: "lab age",
    arguments: "<dir> <time>",
    summary: "let time pass in the lab",
    options: [],
    examples: [["sitekeep lab age ./lab-site 6d", "six days later"]],
    load: () => import("./commands/lab-age.ts"),
  },
  {
    name: "lab change",
    arguments: "<dir>",
    summary: "change files, rows and registry values as a working day would",
    options: [{ flags: "--seed <text>", does: "which changes (default: another each time)" }],
    examples: [["sitekeep lab change ./lab-site", "says what it changed"]],
    load: () => import("./commands/lab-change.ts"),
  },
  {
    name: "lab incident",
    arguments: "<dir> [name]",
    summary: "break something; without a name: what can be broken",
    options: [{ flags: "--off", does: "undo it, where it can be undone" }],
    examples: [["sitekeep lab incident ./lab-site sql-down", "the site's SQL Server stops answering"]],
    load: () => import("./commands/lab-incident.ts"),
  },
  {
    name: "lab demo",
    arguments: "[dir]",
    summary: "the whole story in a minute: made, planned, applied, aged, broken, restored",
    options: [{ flags: "--keep", does: "leave the lab site for a closer look" }],
    examples: [["sitekeep lab demo", "works in a temporary folder"]],
    load: () => import("./commands/lab-demo.ts"),
  },
  {
    name: "schema",
    arguments: "[name]",
    words: ["policy", "source", "machine", "plan"],
    summary: "print a JSON Schema: policy, source, machine, plan",
    options: [],
    examples: [["sitekeep schema policy > policy.schema.json", "for an editor"]],
    load: () => import("./commands/schema.ts"),
  },
  {
    name: "completion",
    arguments: "<shell> [words...]",
    words: ["bash", "zsh", "fish", "powershell"],
    summary: "print a completion script: bash, zsh, fish or powershell",
    options: [],
    examples: [
      ["sitekeep completion bash >> ~/.bashrc", "for bash"],
      ["sitekeep completion zsh >> ~/.zshrc", "for zsh"],
      ["sitekeep completion fish > ~/.config/fish/completions/sitekeep.fish", "for fish"],
      ["sitekeep completion powershell >> $PROFILE", "for PowerShell"],
    ],
    load: () => import("./commands/completion.ts"),
  },
];

import type { Problem } from "../../base/problem.ts";
import { kindOf } from "../../kinds/catalogue.ts";
import type { SourceKind } from "../../model/policy/source.ts";
import type { Judged } from "../text/judged.ts";
import { problemAt, placeOf, type Complaint } from "../text/problem-at.ts";
import { entriesOf, find, findText, itemsOf, type Written } from "../text/written.ts";

/** Checks what the keys of one source mean together, and what hooks may not run. */
export function checkSources(judged: Judged): readonly Problem[] {
  const sources = entriesOf(find(judged.policy, "sources"));
  const none = sources.length === 0 ? [problemAt(placeOf(judged.name), noSource)] : [];
  return [...none, ...sources.flatMap(([name, it]) => checkSource(judged, name, it)), ...checkHooks(judged)];
}

const noSource: Complaint = {
  code: "source-none",
  message: "The policy protects nothing: it has no source, and the default ones are switched off.",
  hint: "Write `sources`, or remove `defaultSources: false`.",
};

function checkSource(judged: Judged, name: string, source: Written): readonly Problem[] {
  return kindOf(findText(source, "kind") as SourceKind).check?.({ name, source, judged }) ?? [];
}

/**
 * The task's own script is never a hook: run at another moment it mirrors a half-deleted set over the only
 * archive.
 */
function checkHooks({ policy, name }: Judged): readonly Problem[] {
  const hooks = ["before", "after"].flatMap((when) => itemsOf(find(policy, "hooks", when)));
  return hooks.flatMap((hook) => {
    const words = itemsOf(find(hook, "run"));
    const script = words.find((it) =>
      /(^|[\\/\s"])afterbackup(\.before-sitekeep)?\.bat\b/i.test(findText(it) ?? ""),
    );
    if (script !== undefined) return [problemAt(placeOf(script.origin, name), afterBackup)];
    const program = words[0];
    if (program === undefined || /^([A-Za-z]:[\\/]|[\\/])/.test(findText(program) ?? "")) return [];
    return [problemAt(placeOf(program.origin, name), relativeProgram)];
  });
}

const afterBackup: Complaint = {
  code: "hook-after-backup",
  message:
    "AfterBackup.bat can't be a hook. It belongs to the Backup Site Server task; run by sitekeep it would mirror a half-written set over the archive, and our hand-over inside it would call sitekeep again.",
  hint: "Put what it does into a script of its own, or use a source of kind `task-backup`.",
};

const relativeProgram: Complaint = {
  code: "wrong-value",
  message: "A hook must name its program by an absolute path, as the machine file's `allow` list does.",
  hint: "Write `run: 'D:\\scripts\\tell.cmd'`, or `run: ['C:\\Windows\\System32\\cmd.exe', '/c', …]`.",
};

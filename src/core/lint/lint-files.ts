import { formatMinute, isInstant } from "../base/instant.ts";
import { isJsonObject } from "../base/json.ts";
import type { Problem } from "../base/problem.ts";
import type { SiteFiles } from "../model/policy/source.ts";
import type { LintedSite } from "./linted-site.ts";
import { risk } from "./risk.ts";
import { isMediaRoot, namesMedia } from "../kinds/parts/media.ts";

/** What is wrong with the install folder, for a recovery or for the site's own backup task. */
export function lintFiles(site: LintedSite): readonly Problem[] {
  const sources = site.policy.sources.filter((it) => it.kind === "site-files");
  return [
    ...mediaNotCaptured(site, sources),
    ...sources.flatMap((source) => [
      ...mediaVersion(site, source),
      ...controlFile(site, source),
      ...afterBackup(site, source),
    ]),
  ];
}

/** The task's set holds the media too. */
function mediaNotCaptured({ policy, where }: LintedSite, sources: readonly SiteFiles[]): readonly Problem[] {
  const { sources: all, site } = policy;
  const isHeld =
    all.some((it) => it.kind === "task-backup") ||
    sources.some(holdsMedia) ||
    all.some((it) => it.kind === "folder" && isMediaRoot(it.root, site.installFolder));
  if (isHeld) return [];
  return [
    risk("cd-latest-not-captured", {
      where,
      message: `No source of ${site.code} captures CD.Latest: without the setup files of its own version the site can't be recovered.`,
      hint: "Add the source `files: { kind: site-files }`, or CD.Latest/** to its `include`.",
    }),
  ];
}

function holdsMedia({ include, exclude }: SiteFiles): boolean {
  return (include.length === 0 || include.some(namesMedia)) && !exclude.some(namesMedia);
}

function mediaVersion(site: LintedSite, source: SiteFiles): readonly Problem[] {
  const media = site.factsOf(source.name)["cdLatest"];
  const { version } = site.look;
  if (typeof media !== "string" || version === undefined || isOfVersion(media, version)) return [];
  return [
    risk("cd-latest-other-version", {
      where: site.placeOf(source.name),
      message: `CD.Latest is of version ${media}, and the site is of ${version}: Setup recovers a site only with the files of its own version.`,
      hint: "Look in hman.log and dmpdownloader.log why the last update did not renew CD.Latest, and repair it before it is needed.",
    }),
  ];
}

/**
 * Of one build: the site writes `5.00.9128.1000`, Setup's own file `5.0.9128.1007`. What can't be read
 * differs from nothing.
 */
export function isOfVersion(media: string, version: string): boolean {
  const [left, right] = [buildOf(media), buildOf(version)];
  return left === undefined || right === undefined || left === right;
}

function buildOf(version: string): string | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)/.exec(version);
  return match ? match.slice(1).map(Number).join(".") : undefined;
}

function controlFile(site: LintedSite, source: SiteFiles): readonly Problem[] {
  const { controlFile: facts } = site.factsOf(source.name);
  if (!isJsonObject(facts)) return [];
  const { editedAt, writerStartedAt } = facts;
  if (!isInstant(editedAt) || !isInstant(writerStartedAt) || editedAt <= writerStartedAt) return [];
  return [
    risk("control-file-not-in-force", {
      where: site.placeOf(source.name),
      message: `smsbkup.ctl was edited at ${formatMinute(editedAt)}, and the SMS writer runs since ${formatMinute(writerStartedAt)}: the backup task still does what the file said before.`,
      hint: "Restart the service SMS_SITE_VSS_WRITER. Check the edit first: a broken [Tokens] section has made the task delete elsewhere.",
    }),
  ];
}

function afterBackup(site: LintedSite, source: SiteFiles): readonly Problem[] {
  const { afterBackup: facts } = site.factsOf(source.name);
  if (!isJsonObject(facts) || facts["mirrors"] !== true) return [];
  return [
    risk("after-backup-mirrors", {
      where: site.placeOf(source.name),
      message:
        "AfterBackup.bat mirrors the task's folder (/MIR or /PURGE): after a run that left half a set, or none, the archive is made the same.",
      hint: "Copy each set into a folder of its own, or let a source of kind task-backup keep the sets and remove the script.",
    }),
  ];
}

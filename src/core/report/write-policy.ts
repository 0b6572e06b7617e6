import type { SiteType } from "../model/policy/resolved-policy.ts";

/** What `init` must know; everything else has a default or is discovered. */
export interface PolicyAnswers {
  readonly site: string;
  readonly type: SiteType;
  readonly parent?: string;
  readonly sqlServer: string;
  readonly timeZone: string;
  /** Name of the repository that it captures to. */
  readonly repository: string;
  /** Where that is to be made, and what is to open it; absent: it has a document already. */
  readonly newRepository?: { readonly folder: string; readonly keyFile: string };
}

/** The schema that editors look for beside the policy: `init` writes it there. */
const modeLine = "# yaml-language-server: $schema=policy.schema.json";

/**
 * Writes a first policy, and its repository where that is new, as commented YAML, ready to be read by
 * people and by `validate`.
 */
export function writePolicy(answers: PolicyAnswers): string {
  const { site, type, parent, sqlServer, repository } = answers;
  const name = site.toLowerCase();
  return `${modeLine}
# What is promised for the site ${site}. Check an edit with: sitekeep validate
apiVersion: sitekeep/v1
kind: BackupPolicy
metadata: { name: ${name} }
site:
  code: ${site}
  type: ${type}
${parent === undefined ? "  # parent: CAS                      # the site code of the parent, if there is one" : `  parent: ${parent}`}
  # servers: [cm01.contoso.com]     # the machines that apply this policy; elsewhere it is only shown
  database: { server: ${quote(sqlServer)}, name: CM_${site}, auth: windows }
${partnerLines(parent)}repository: ${repository}
schedule: { cron: '30 1 * * *', timeZone: ${answers.timeZone} }   # every night; the window is five days
retention: { last: 3, daily: 14, weekly: 8, monthly: 12 }
objectives: { maxDataAge: 26h }     # what may be lost at most
# sources:                          # absent: every kind, discovered. See them with: sitekeep validate --explain
${repositoryLines(answers)}`;
}

function repositoryLines({ repository, newRepository }: PolicyAnswers): string {
  if (newRepository === undefined) return "";
  return `---
${modeLine}
apiVersion: sitekeep/v1
kind: Repository
metadata: { name: ${repository} }
location: { folder: ${quote(newRepository.folder)} }
# Whoever loses this key loses every snapshot. Keep a copy away from the site.
keys: [{ file: ${quote(newRepository.keyFile)} }]
`;
}

function partnerLines(parent: string | undefined): string {
  if (parent === undefined) return "";
  return `# The window really lives in the parent's database: name it, so that it can be read.
# partners: { ${parent}: { server: sql.contoso.com, name: CM_${parent}, auth: windows } }
`;
}

/** A single-quoted YAML scalar: backslashes and dollar signs mean themselves. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

import { absent, known } from "../../base/fact.ts";
import { certificates, databases } from "../../outside/sql/sql-server.ts";
import { viewDefinition } from "../../outside/facts/right.ts";
import type { Fact } from "../../base/fact.ts";
import type { Json } from "../../base/json.ts";
import { protects } from "../../kinds/protects.ts";
import { notJudgedFor, siteHazard } from "../parts/hazard.ts";
import { firstFlag, firstNumber } from "../parts/answers.ts";
import type { Question } from "../../model/question.ts";
import { encryptedBackups } from "../questions/encrypted-backups.ts";
import { risk } from "../parts/risk.ts";
import { bitlockerSettings } from "../../outside/site/bitlocker.ts";
import { keyUses } from "../../model/facts/key-fact.ts";
import {
  bitlockerCertificate,
  siteDefinitionProperties,
  siteDefinitions,
} from "../../outside/site/site-definition.ts";

const certificateShown = `HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'VIEW DEFINITION') AS sees,
(SELECT COUNT(*) FROM sys.certificates WHERE name = N'${bitlockerCertificate}') AS found`;

/**
 * The certificate of BitLocker Management, in the site database. Rows are shown to who may see definitions;
 * whether BitLocker Management is on, to every reader, and that is a second witness.
 */
const bitlocker: Question<boolean> = {
  name: "bitlocker-certificate",
  doing: "look for the certificate of BitLocker Management",
  query: `SELECT ${certificateShown},
(SELECT COUNT(*) FROM dbo.SC_SiteDefinition_Property AS p
INNER JOIN dbo.SC_SiteDefinition AS d ON d.SiteNumber = p.SiteNumber
WHERE d.SiteCode = @siteCode AND p.Name = '${bitlockerSettings.values["BitLocker Management"]}' AND p.Value3 <> 0) AS enabled;`,
  parameters: ["siteCode"],
  reads: [certificates, siteDefinitionProperties, siteDefinitions],
  answers: { sees: "bit or NULL", found: "whole", enabled: "whole" },
  always: true,
  otherwise: [
    {
      name: "bitlocker-certificate alone",
      doing: "look for the certificate of BitLocker Management",
      query: `SELECT ${certificateShown};`,
      parameters: [],
      reads: [certificates],
      answers: { sees: "bit or NULL", found: "whole" },
      always: true,
    },
  ],
  read(rows) {
    if ((firstNumber(rows, "found") ?? 0) > 0) return known(true);
    if (firstFlag(rows, "sees")) return absent;
    const enabled = firstNumber(rows, "enabled");
    if (enabled !== undefined) return enabled > 0 ? known(true) : absent;
    const what = "the certificate of BitLocker Management, if there is one";
    return { is: "hidden", what, right: viewDefinition };
  },
};

/** By transparent data encryption. */
const encrypted: Question<boolean> = {
  name: "database-encrypted",
  doing: "see whether the site database is encrypted",
  query: "SELECT is_encrypted AS encrypted FROM sys.databases WHERE name = @database;",
  parameters: ["database"],
  reads: [databases],
  answers: { encrypted: "bit" },
  always: true,
  read: (rows) => (firstFlag(rows, "encrypted") ? known(true) : absent),
};

/**
 * Keys that the site uses and the policy does not capture: a restore without them gives back what nobody can
 * read.
 */
export const keysNotCaptured = siteHazard({
  code: "keys-not-captured",
  hazard: "certificates that are used and not captured",
  source: "M, BitLocker Management, TDE",
  seenIn: "site",
  readIn: "`sys.certificates`, `sys.databases`, `msdb`",
  accepted: "as it is",
  asks: { bitlocker, encrypted, encryptedBackups },
  judge({ policy, where, databaseName }, answers) {
    const uses: readonly Use[] = [
      {
        of: "bitlocker",
        what: `${keyUses.bitlocker} (${bitlockerCertificate})`,
        seen: answers.bitlocker,
      },
      { of: "tde", what: keyUses.tde, seen: answers.encrypted },
      { of: "backup-encryption", what: "the encryption of backups", seen: answers.encryptedBackups },
    ];
    const { server } = policy.site.database;
    const open = uses.filter(({ of }) => !protects(policy, { is: "keys", of, server }));
    const missing = open.filter(({ seen }) => seen.is === "known");
    const tell = (things: readonly string[]) => {
      const told = missing.filter(({ what }) => things.includes(what));
      const includes = told.map(({ of }) => of);
      return risk("keys-not-captured", {
        where,
        message: `${databaseName} needs keys that the policy does not capture: ${things.join(", ")}.`,
        // As a point that lacks the key names it, too.
        names: [databaseName, ...things, ...(includes.includes("bitlocker") ? [keyUses.bitlocker] : [])],
        hint: `Add a source \`sqlKeys: { kind: sql-keys, include: [${includes.join(", ")}] }\`, or these to its \`include\`.`,
      });
    };
    const things = missing.map(({ what }) => what);
    return [
      ...(things.length === 0 ? [] : [{ things, tell }]),
      ...notJudgedFor(open.map(({ seen }) => seen)),
    ];
  },
});

interface Use {
  readonly of: "bitlocker" | "tde" | "backup-encryption";
  readonly what: string;
  readonly seen: Fact<Json>;
}

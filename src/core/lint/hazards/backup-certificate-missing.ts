import { match } from "../../base/fact.ts";
import { notJudged, nothing, siteHazard } from "../parts/hazard.ts";
import { encryptedBackups } from "../questions/encrypted-backups.ts";
import { risk } from "../parts/risk.ts";

export const backupCertificateMissing = siteHazard({
  code: "backup-certificate-missing",
  hazard: "encrypted backups without their certificate",
  source: "M, backup encryption",
  seenIn: "site",
  readIn: "`msdb`, `sys.certificates`",
  accepted: "as it is",
  asks: { encryptedBackups },
  judge({ where, databaseName }, answers) {
    const tell = (shut: number) =>
      risk("backup-certificate-missing", {
        where,
        message: `msdb knows of ${shut} encrypted ${shut === 1 ? "backup" : "backups"} of ${databaseName} whose certificate this login does not find on the server: without it they restore nowhere (33111).`,
        names: [databaseName],
        hint: "Find the certificate with its private key and keep it with the backups; if it is there, GRANT VIEW DEFINITION ON it to the login.",
      });
    return match(answers.encryptedBackups, {
      known: ({ all, openable }) => (all > openable ? [tell(all - openable)] : []),
      unknown: notJudged,
      absent: nothing,
    });
  },
});

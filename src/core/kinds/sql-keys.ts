import type { Kind } from "./kind.ts";

export const sqlKeys: Kind = {
  kind: "sql-keys",
  title: "SQL Server keys",
  captures:
    "Certificates and master keys without which a restored database can't be read: BitLocker Management, TDE, backup encryption.",
  // Small and irreplaceable.
  captured: { after: "windows-registry" },
  throughQuiet: false,
  carriesWindow: false,
  yieldsToTask: false,
  restoreOrder: 10,
  runbook: [
    "Restore these first: a database under TDE, or an encrypted backup, can't be restored before its certificate is in master.",
    "Create BitLockerManagement_CERT in the site database again under the same name, protected by the database's master key; until then recovery keys can't be read.",
    "The private keys are protected by the password that the policy names, which is not in the repository.",
  ],
};

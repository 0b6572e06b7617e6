import { absent, known } from "../../base/fact.ts";
import { certificates } from "../../outside/sql/sql-server.ts";
import { backupSets } from "../../outside/sql/sql-backups.ts";
import { firstNumber } from "../parts/answers.ts";
import type { Question } from "../../model/question.ts";

/** Backups of the site database that `msdb` knows to be encrypted by a certificate. */
export type EncryptedBackups = {
  readonly all: number;
  /** Encrypted backups whose certificate this login finds on the server. */
  readonly openable: number;
};

export const encryptedBackups: Question<EncryptedBackups> = {
  name: "encrypted-backups",
  doing: "look in msdb for encrypted backups",
  query: `SELECT COUNT(*) AS encrypted, COUNT(c.name) AS openable
FROM msdb.dbo.backupset AS s LEFT JOIN master.sys.certificates AS c ON c.thumbprint = s.encryptor_thumbprint
WHERE s.database_name = @database AND s.encryptor_thumbprint IS NOT NULL;`,
  parameters: ["database"],
  reads: [backupSets, certificates],
  answers: { encrypted: "whole", openable: "whole" },
  always: true,
  read(rows) {
    const all = firstNumber(rows, "encrypted") ?? 0;
    return all === 0 ? absent : known({ all, openable: firstNumber(rows, "openable") ?? 0 });
  },
};

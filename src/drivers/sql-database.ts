import { given } from "../core/base/given.ts";
import type { SqlDatabase } from "../core/model/policy/source.ts";
import { readDatabaseFacts, readDataFiles, readIsInGroup } from "./access/sql/database-facts.ts";
import { judgeBackupRights } from "./parts/backup/backup-rights.ts";
import { backupFileName, captureDatabase } from "./parts/backup/database-backup.ts";
import { chainFile, restoreDatabase } from "./parts/database-restore.ts";
import type { Driver } from "./driver.ts";
import { examineStaging } from "./parts/staging/examine-staging.ts";
import { judgeStaging, lookAtStaging } from "./parts/staging/look-at-staging.ts";
import { observing } from "./parts/observing.ts";
import { placeOf, withSql } from "./parts/session/sql-session.ts";
import { backupFacts } from "../core/model/facts/backup.ts";
import { sqlDatabaseLook } from "../core/model/facts/sql-database.ts";

/** Any other database, such as SUSDB: copy-only full backups, which disturb no other tool. */
export const sqlDatabase: Driver<SqlDatabase> = {
  observe: ({ source, site }, means) =>
    observing(() => {
      const { database } = source;
      const task = { database, where: placeOf(site, source), doing: `look at ${database.name}` };
      return withSql(means, task, async (sql) => {
        const rights = await judgeBackupRights(sql, task, { logs: false });
        const described = await readDatabaseFacts(sql, database.name);
        const { bytes } = await readDataFiles(sql);
        const state = described && { state: described.state, recoveryModel: described.recoveryModel };
        const isInGroup = await readIsInGroup(sql, database.name);
        const group = isInGroup && { availabilityGroup: [database.name] };
        const request = { database, where: task.where, compression: source.compression, mayCompress: true };
        const room = judgeStaging([await lookAtStaging(request, source.staging, { sql, means })]);
        const facts = sqlDatabaseLook.write({ dataBytes: bytes, ...state, ...group, ...room.facts });
        return { facts, risks: [...rights, ...room.risks] };
      });
    }),

  examine: (request, means) => examineStaging(request, request.source.database, means),

  async capture({ source, site }, means, sink) {
    const { database, compression, staging } = source;
    const where = placeOf(site, source);
    const backup = {
      database,
      siteCode: site.code,
      where,
      mode: "full",
      compression,
      mayCompress: true,
      startsChain: false,
    } as const;
    return captureDatabase({ ...backup, ...given({ staging }) }, means, sink);
  },

  async giveBack({ source, folders, snapshots, target, replace }, means) {
    const [folder, snapshot] = [folders[0]!, snapshots[0]!];
    const file = await chainFile(folder, backupFileName(source.database.name, "full"), source);
    const where = `${snapshot.site}/${source.name}`;
    const chain = [{ file, mode: "full" as const }];
    const dataBytes = backupFacts.get(snapshot.facts, "dataBytes");
    const restore = { target: target.database, siteCode: snapshot.site, where, chain, replace, dataBytes };
    const staging = target.staging && { staging: target.staging };
    return { steps: await restoreDatabase({ ...restore, ...staging }, means) };
  },
};

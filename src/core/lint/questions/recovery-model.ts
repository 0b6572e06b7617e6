import { databaseColumn } from "./database-column.ts";

/** `SIMPLE`, `FULL` or `BULK_LOGGED`. */
export const recoveryModel = databaseColumn(
  "recovery-model",
  "recovery_model_desc",
  "read the recovery model of the site database",
  ["SIMPLE", "FULL", "BULK_LOGGED"],
);

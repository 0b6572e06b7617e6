import { whole } from "./codec.ts";

/** The room for backups in the folder that SQL Server writes to, in bytes. Absent: it could not be asked. */
export const roomFacts = { stagingNeedBytes: whole, stagingFreeBytes: whole };

import { facts, text, whole } from "./codec.ts";

/** What a snapshot of a folder tells. */
export const folderCapture = facts({ root: text, files: whole });

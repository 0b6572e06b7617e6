import { facts, whole } from "./codec.ts";

/** How many source folders there are. */
export const packageSourcesLook = facts({ folders: whole });

/** How many there were, and how many of them could be captured. */
export const packageSourcesCapture = facts({ folders: whole, captured: whole });

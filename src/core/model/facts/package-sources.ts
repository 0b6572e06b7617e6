import { facts, whole } from "./codec.ts";

/** How many source folders there are, and how many sources belong to other sites of the hierarchy. */
export const packageSourcesLook = facts({ folders: whole }, { ofOtherSites: whole });

/** How many there were, and how many of them could be captured. */
export const packageSourcesCapture = facts({ folders: whole, captured: whole }, { ofOtherSites: whole });

import { facts, listOf, text, whole } from "./codec.ts";

/** The folders of the state migration points. */
export const userStateLook = facts({ folders: listOf(text) });

/** The folders that there were, and how many of them could be captured. */
export const userStateCapture = facts({ folders: listOf(text), captured: whole });

import { facts, listOf, text, whole } from "./codec.ts";

/** What a look at a content library tells. `inUse`: where the site server says that its library is. */
export const contentLibraryLook = facts({ folders: listOf(text) }, { inUse: text });

/** What a snapshot of a content library tells: entries of DataLib, and objects of FileLib. */
export const contentLibraryCapture = facts({ folders: listOf(text), entries: whole, objects: whole });

import { content, file } from "../facts/file-fact.ts";
import { contentLibraryOverview, contentLibraryScripts } from "../facts/witnesses.ts";

const at = "the content library";

/** What contents there are, and the digest of each of their files. */
export const dataLibrary = file(at, ["DataLib"], {
  says: "a folder for each content, with an .INI for each file in the place of the file",
  witnesses: [contentLibraryOverview],
  confidence: 99,
  otherwise: "the library is captured, and not held against its own lists",
});

/** Which contents a package has. */
export const packageLibrary = file(at, ["PkgLib"], {
  says: "an .INI for each package, which names its contents",
  witnesses: [contentLibraryOverview],
  confidence: 99,
  otherwise: "it is captured as every other folder of the library",
});

/** The files themselves, by their digest. */
export const fileLibrary = file(at, ["FileLib"], {
  says: "the files, each named by its SHA-256 in 64 digits, in folders named by the first four of them",
  witnesses: [contentLibraryOverview],
  confidence: 97,
  otherwise: "the library has no objects: every entry of DataLib is told as missing",
});

/** Content on its way in. */
export const libraryShare = file(at, ["SMS_DP$"], {
  mayLack: true,
  says: "content on its way into the library, gone a moment later",
  witnesses: [],
  confidence: 60,
  otherwise: "it is captured as well, which does no harm",
});

/** Digest of a file, in the .INI that stands for it. */
export const entryHash = content("Hash", {
  kind: "setting",
  within: dataLibrary,
  shows: /^\s*Hash[^=\r\n]*=\s*([0-9A-F]{64})/im,
  says: "the SHA-256 of a file in 64 digits, in an .INI of DataLib; the key has a suffix in some versions",
  witnesses: [contentLibraryOverview, contentLibraryScripts],
  confidence: 93,
  otherwise: "the entry is told as broken: which file it stands for is not known",
});

import { isSamePath } from "../../base/windows-place.ts";

/** Whether a pattern below the install folder is of CD.Latest, or of everything. */
export function namesMedia(glob: string): boolean {
  return /^(\*\*|\*|cd\.latest)(\/|$)/i.test(glob);
}

/** Whether a folder is the one of the setup files, or the install folder that holds it. */
export function isMediaRoot(root: string, installFolder: string): boolean {
  return isSamePath(root, installFolder) || isSamePath(root, `${installFolder}\\CD.Latest`);
}

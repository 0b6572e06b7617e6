import { PatternList } from "../../pattern/pattern-list.ts";
import { isSamePath } from "../../base/windows-place.ts";
import type { TreeFilter } from "../../model/policy/source.ts";
import { setupProgram } from "../../outside/site/install-folder.ts";

/** Whether patterns below the install folder take Setup of CD.Latest, which a recovery starts from. */
export function holdsMedia({ include, exclude }: TreeFilter): boolean {
  const setup = setupProgram.path.join("/");
  return (
    (include.length === 0 || new PatternList(include).holds(setup)) && !new PatternList(exclude).holds(setup)
  );
}

/** Whether a folder is the one of the setup files, or the install folder that holds it. */
export function isMediaRoot(root: string, installFolder: string): boolean {
  return isSamePath(root, installFolder) || isSamePath(root, `${installFolder}\\CD.Latest`);
}

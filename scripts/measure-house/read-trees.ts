import { dirname, relative, resolve } from "node:path";
import type { SourceFile } from "typescript/unstable/ast";
import { API } from "typescript/unstable/sync";

/**
 * Has TypeScript itself parse what a project file includes: path below the project file's root → syntax tree.
 */
export function readTrees(projectFile: string, root: string): ReadonlyMap<string, SourceFile> {
  const api = new API({ cwd: dirname(resolve(projectFile)) });
  try {
    const [project] = api.updateSnapshot({ openProjects: [resolve(projectFile)] }).getProjects();
    if (project === undefined) throw new Error(`${projectFile} can't be opened as a project.`);
    const trees = project.rootFiles.map((file) => {
      const path = relative(root, file).replaceAll("\\", "/");
      return [path, project.program.getSourceFile(file)!] as const;
    });
    return new Map(trees.toSorted(([left], [right]) => (left < right ? -1 : 1)));
  } finally {
    api.close();
  }
}

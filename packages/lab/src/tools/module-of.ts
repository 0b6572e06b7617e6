import { existsSync } from "node:fs";

/**
 * The module of a tool or of a program that plays a service: the source beside this file. In the packed lab
 * they are modules of their own in `tools`, beside the file that this code was bundled into or one folder
 * above it.
 */
export function moduleOf(tool: string): URL {
  const places = [`./${tool}.ts`, `./tools/${tool}.js`, `../tools/${tool}.js`];
  const found = places.map((place) => new URL(place, import.meta.url)).find((url) => existsSync(url));
  if (found === undefined) throw new Error(`The lab lacks its module tools/${tool}.js.`);
  return found;
}

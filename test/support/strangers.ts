import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

/** Files that programs and people leave wherever they look: none of them is a repository's. */
export const strayNames: readonly string[] = [
  "Thumbs.db",
  ".DS_Store",
  "desktop.ini",
  "readme.txt",
  "~$plan.docx",
  ".~lock.plan.odt#",
  "upload.tmp",
  ".syncthing.started.tmp",
  ".fuse_hidden0001",
];

/** What a place may hold that is no file. */
export const strayThings = {
  "a pipe": (path: string) => void execFileSync("mkfifo", [path]),
  "a link out of the repository": (path: string) => symlinkSync("/etc/passwd", path),
  "a link to a file without end": (path: string) => symlinkSync("/dev/zero", path),
  "a link to itself": (path: string) => symlinkSync(path, path),
  "an empty folder": (path: string) => void mkdirSync(path),
} as const;

/** How an object may be spoilt in its place. */
export const spoilings: Readonly<Record<string, (path: string) => void>> = {
  "a flipped byte": (path) => {
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(path, bytes);
  },
  "a cut": (path) => truncateSync(path, statSync(path).size >> 1),
  "nothing in it": (path) => truncateSync(path, 0),
  "a sparse giant": (path) => truncateSync(path, 2 ** 41),
  "bytes of somebody else": (path) => writeFileSync(path, "no object of sitekeep"),
  ...Object.fromEntries(
    Object.entries(strayThings).map(([name, put]) => [
      name,
      (path: string) => {
        rmSync(path);
        put(path);
      },
    ]),
  ),
};

/** Every folder of a repository, the root among them, by its name there. */
export function foldersIn(root: string): readonly string[] {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((it) =>
    statSync(join(root, it)).isFile(),
  );
  return [...new Set(["", ...files.map((it) => dirname(it)), ...files.map((it) => dirname(dirname(it)))])]
    .map((it) => (it === "." ? "" : it))
    .filter((it, at, all) => all.indexOf(it) === at)
    .sort();
}

/** One object of each kind, by its name in the repository: names of one kind differ by their digits. */
export function objectOfEachKind(root: string): readonly string[] {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((it) => statSync(join(root, it)).isFile())
    .sort();
  const kindOf = (name: string): string => name.replace(/[0-9a-z.-]*\d[0-9a-z.-]*/g, "*");
  return [...new Map(files.toReversed().map((it) => [kindOf(it), it])).values()].sort();
}

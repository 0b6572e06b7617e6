import fs, {
  cpSync,
  type Dirent,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { dirname, join } from "node:path";

/**
 * `npm run rescue` sets it: a folder in which every repository that a test leaves behind is kept, with the
 * key files that lie about, to be read by another program afterwards.
 */
const kept = process.env["SITEKEEP_KEPT_REPOSITORIES"];

interface Readable {
  list(prefix: string): AsyncIterable<{ readonly name: string }>;
  get(name: string): Promise<Uint8Array>;
  /** What it is a view of. */
  readonly below?: Readable;
}

/** Keeps the objects of a repository that is in memory. */
export async function keepBackend(view: Readable, keyFile: Uint8Array): Promise<void> {
  if (kept === undefined) return;
  const backend = view.below ?? view;
  const place = newPlace(kept);
  for await (const { name } of backend.list("")) {
    const file = join(place, "repository", name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, await backend.get(name));
  }
  writeFileSync(join(place, "keys", "0"), keyFile);
}

/** Keeps what a test is about to remove. */
function keepFolder(into: string, folder: string): void {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return;
  const files = filesBelow(folder);
  const roots = files.filter((it) => it.name === "config").map((it) => it.parentPath);
  const repositories = roots.filter((root) => existsSync(join(root, "packs")));
  if (repositories.length === 0) return;
  const keys = files.map((it) => join(it.parentPath, it.name)).filter(isKeyFile);
  for (const repository of repositories) {
    const place = newPlace(into);
    cpSync(repository, join(place, "repository"), { recursive: true });
    for (const [at, key] of keys.entries()) cpSync(key, join(place, "keys", String(at)));
  }
}

/** Links are not followed: some lead in a circle, and those of Wine to the root of this machine. */
function filesBelow(folder: string): readonly Dirent[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((it) =>
    it.isDirectory() ? filesBelow(join(folder, it.name)) : it.isFile() ? [it] : [],
  );
}

function isKeyFile(file: string): boolean {
  const { size } = statSync(file);
  if (size < 32 || size > 80) return false;
  const bytes = readFileSync(file);
  return size === 32 || /^\s*[0-9a-f]{64}\s*$/i.test(bytes.toString("latin1"));
}

let places = 0;

function newPlace(into: string): string {
  const place = join(into, `${process.pid}-${places++}`);
  mkdirSync(join(place, "keys"), { recursive: true });
  mkdirSync(join(place, "repository"), { recursive: true });
  return place;
}

if (kept !== undefined) {
  const { rmSync } = fs;
  fs.rmSync = (path, options) => {
    keepFolder(kept, String(path));
    rmSync(path, options);
  };
  syncBuiltinESMExports();
}

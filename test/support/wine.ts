import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Windows programs as Wine has them, with a registry of their own that begins empty of what is ours. */
export interface Wine {
  /** How a program is called: `line("reg")` goes before its arguments. */
  line(program: string): readonly string[];
  close(): void;
}

const loader = "/usr/lib/wine/wine64";
const server = "/usr/lib/wine/wineserver64";
const [registryTool] = globSync("/usr/lib/*/wine/x86_64-windows/reg.exe");

/** Whether Debian's `wine64` is installed here. */
export const hasWine = registryTool !== undefined && existsSync(loader) && existsSync(server);

/**
 * Starts Wine's server over a new folder. Its own way of filling one copies 700 MB and takes seconds:
 * `reg.exe` needs the libraries only, and a link to where the package has them is enough.
 */
export async function startWine(): Promise<Wine> {
  const folder = mkdtempSync(join(tmpdir(), "wine-"));
  mkdirSync(join(folder, "drive_c", "windows"), { recursive: true });
  symlinkSync(dirname(registryTool!), join(folder, "drive_c", "windows", "system32"));
  writeFileSync(join(folder, ".update-timestamp"), "disable");
  const setting = { WINEPREFIX: folder, WINEDEBUG: "-all", LC_ALL: "C.UTF-8" };
  const env = { ...process.env, ...setting };
  // Kept for as long as the tests take: started anew by each program it would cost a second each time.
  await once(spawn(server, ["-p"], { env, stdio: "ignore" }), "exit");
  // The first program leaves a process of the system behind, which would hold a pipe open that it was given.
  spawnSync(loader, ["reg", "query", "HKLM"], { env, stdio: "ignore", timeout: 30_000 });
  const settings = Object.entries(setting).map(([name, value]) => `${name}=${value}`);
  return {
    line: (program) => ["/usr/bin/env", ...settings, loader, program],
    close() {
      spawnSync(server, ["-k"], { env, stdio: "ignore" });
      spawnSync(server, ["-w"], { env, stdio: "ignore", timeout: 10_000 });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

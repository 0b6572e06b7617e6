#!/usr/bin/env node
// The entry stays readable for any Node: an old one must get a sentence, not a syntax error.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major! < 22 || (major === 22 && minor! < 22)) {
  process.stderr.write(
    `sitekeep needs Node.js 22.22 or later; this is ${process.versions.node}. Install a current one.\n`,
  );
  process.exitCode = 1;
} else {
  // Compiled code is kept: the second start is a good deal faster than the first. In a folder of the user's
  // own, since whoever can write to it decides what is run.
  const { enableCompileCache } = await import("node:module");
  const { cacheFolder } = await import("./world/cache-folder.ts");
  enableCompileCache(`${cacheFolder()}/code`);
  const { main } = await import("./main.ts");
  process.exitCode = await main(process.argv.slice(2));
}

// Plays powershell.exe for a report server: `node play-power-shell.mjs HOW NOTES ARGUMENTS…`. It knows no PowerShell:
// it finds out of the script whom it asks, takes the line behind it for the password, and answers as HOW says.
import { appendFileSync, readFileSync } from "node:fs";

const [how, notes, ...args] = process.argv.slice(2);
const [script = "", password = "", ...rest] = readFileSync(0, "utf8").split("\r\n");
const [instance, server] = [...script.matchAll(/FromBase64String\('([^']+)'\)/g)].map((it) =>
  Buffer.from(it[1], "base64").toString(),
);
const method = /\.(\w+)\(\$password\)/.exec(script)?.[1];
const kind = /-Class (MS\w+)/.exec(script)?.[1];
appendFileSync(notes, `${JSON.stringify({ args, instance, server, password, rest, method, kind })}\n`);

const key = Buffer.from(`sealed for ${instance} with ${password}`);
const told = {
  instances: ["sitekeep-instances=1"],
  result: ["sitekeep-hresult=0"],
  length: [`sitekeep-length=${key.length}`],
  key: [`sitekeep-key=${key.toString("base64")}`],
};
const good = [...told.instances, ...told.result, ...told.length, ...told.key];
const answers = {
  "gives the key": good,
  "greets before": ["Windows PowerShell", "WARNING: a=b", ...good],
  "denies access": ["sitekeep-failure=-2147024891"],
  "knows no such instance": ["sitekeep-instances=0"],
  refuses: [...told.instances, "sitekeep-hresult=-2147220980", "sitekeep-length=0"],
  "gives no key": [...told.instances, ...told.result, "sitekeep-length=0"],
  "cuts the key": [...told.instances, ...told.result, ...told.length, told.key[0].slice(0, -4)],
  "spoils the key": [...told.instances, ...told.result, ...told.length, `${told.key[0]}!`],
  "tells no length": [...told.instances, ...told.result, ...told.key],
  "tells no result": told.instances,
  "says nothing": [],
  "repeats the password": [`The term '${password}' is not recognized`],
};
process.stdout.write(answers[how].map((it) => `${it}\r\n`).join(""));
process.exitCode = how === "says nothing" ? 1 : 0;

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readPolicies } from "../src/core/policy/read-policies.ts";

test.each(["README.md", "docs/policy.md"])("every whole policy that %s shows is valid", (path) => {
  const blocks = readFileSync(path, "utf8").matchAll(/^( *)```yaml\n(.*?)^ *```$/gms);
  const texts = [...blocks].map(([, indent, text]) => text!.replaceAll(new RegExp(`^${indent}`, "gm"), ""));
  const whole = texts.filter((it) => it.includes("kind: BackupPolicy") && it.includes("kind: Repository"));
  if (path === "README.md") expect(whole).toHaveLength(1);
  for (const text of whole) expect(readPolicies([{ path, text }]).problems).toEqual([]);
});

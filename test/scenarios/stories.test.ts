import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";
import { keepSources } from "../support/keep-sources.ts";
import type { Ran } from "../support/program.ts";
import { withStartedLab, type StartedLab } from "../support/started-lab.ts";
import { hasLine, missingLine, readStory } from "../support/story.ts";

const folder = "test/scenarios";
const stories = readdirSync(folder).filter((file) => file.endsWith(".story.txt"));

describe.each(stories)("%s", (file) => {
  const story = readStory(readFileSync(join(folder, file), "utf8"));
  const lab = withStartedLab();

  test(story.title, { timeout: 120_000 }, async () => {
    for (const step of story.steps) {
      const ran = await runStep(lab, step.line);
      const output = `${ran.out}\n${ran.err}`.replaceAll(lab.folder, "LAB");
      expect.soft(ran.code, `exit code of: ${step.line}\n${output}`).toBe(step.exitCode);
      const missing = missingLine(step.expected, output);
      expect(missing, `after: ${step.line}\n${output}`).toBeUndefined();
      const forbidden = step.forbidden.filter((line) => hasLine(line, output));
      expect(forbidden, `after: ${step.line}\n${output}`).toEqual([]);
    }
  });
});

async function runStep(lab: StartedLab, line: string): Promise<Ran> {
  const [who, ...words] = line.replaceAll("LAB", lab.folder).split(" ");
  switch (who) {
    case "sitekeep":
      return lab.run(...words);
    case "lab":
      return lab.change(words[0]!, ...words.slice(1));
    case "edit":
      return editFile(join(lab.folder, "policies", "lab.yaml"), words.join(" "));
    case "change":
      return editFile(words[0]!, words.slice(1).join(" "));
    case "empty":
      return listFolder(words[0]!);
    case "only":
      return keptSources(lab, words);
    default:
      throw new Error(`A step of a story begins with sitekeep, lab, only, edit, change or empty: ${line}`);
  }
}

/** It fails by the names that are in the folder. */
function listFolder(path: string): Ran {
  const names = readdirSync(path);
  return { code: names.length === 0 ? 0 : 1, out: names.join("\n"), err: "" };
}

function keptSources(lab: StartedLab, names: readonly string[]): Ran {
  keepSources(lab.folder, names);
  return { code: 0, out: "", err: "" };
}

/** `verify: sample 5% => verify: all`: what an administrator types over. */
function editFile(file: string, change: string): Ran {
  const [from, to] = change.split(" => ");
  const text = readFileSync(file, "utf8");
  if (!text.includes(from!)) throw new Error(`${file} does not say: ${from}`);
  writeFileSync(file, text.replace(from!, to!));
  return { code: 0, out: "", err: "" };
}

import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { withStartedLab } from "../support/started-lab.ts";

describe("sitekeep watch", () => {
  const lab = withStartedLab();
  const file = join(lab.folder, "policies", "lab.yaml");

  test("applies at its start and after a sound edit, never after a broken or a lost one, and ends with Ctrl-C", async () => {
    const sound = readFileSync(file, "utf8");
    const watching = lab.start("watch");
    await watching.until(/1 policy in force \(started\)/);
    await watching.until(/✓ capture PS1\/database/);
    await watching.until(/run ended with 0 \(started\)/);

    writeFileSync(file, sound.replace("kind: windows-registry", "kind: windows-registri"));
    await watching.until(/What is wrong is not taken\. In force: 1 policy/);

    const folder = join(lab.folder, "policies");
    renameSync(folder, `${folder}-away`);
    await watching.until(/The policies are gone\. In force: 1 policy/);
    renameSync(`${folder}-away`, folder);
    await watching.until(/What is wrong is not taken/);

    // One more source, which was never captured.
    writeFileSync(
      file,
      sound.replace("  scripts:", "  tools:\n    kind: folder\n    root: D:\\Scripts\n  scripts:"),
    );
    await watching.until(/1 policy in force \(a policy changed\)/);
    await watching.until(/✓ capture PS1\/tools/);
    await watching.until(/run ended with 0 \(a policy changed\)/);

    watching.interrupt();
    const { code, out } = await watching.ended;
    expect(code).toBe(0);
    // Each run is a process of its own, and still names the file that the administrator edits.
    expect(out).toContain(`PS1  ${file}:`);
    expect(out.match(/✓ capture PS1\/database/g)).toHaveLength(1);
    expect(out.match(/run ended/g)).toHaveLength(2);
  }, 90_000);
});

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { digestTree, dumpDatabase } from "../../packages/lab/src/digest.ts";
import { type LabVariant, variantOf, variantValues } from "../../packages/lab/src/lab-variant.ts";
import type { Problem } from "../../src/core/base/problem.ts";
import type { Plan } from "../../src/core/model/plan.ts";
import { exitCode } from "../../src/cli/command/exit-code.ts";
import { runProgram } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { withStartedLab } from "../support/started-lab.ts";

/**
 * A lab in each shape that it can have is made, started, planned, applied, and its database and packages are
 * restored, by the program as it is packed. What a shape hides is told with its cure, and all else works.
 */

/** The usual shape of each kind, or the other one: so that each two shapes meet in some lab. */
const chosen = ["0000000000", "0011111100", "0100111011", "1001010111", "1110001110", "1111100001"] as const;

const names = Object.keys(variantValues) as (keyof LabVariant)[];
const variants = chosen.map((digits): LabVariant => {
  const shapes = names.map((name, at) => [name, variantValues[name][Number(digits[at])]] as const);
  return Object.fromEntries(shapes) as unknown as LabVariant;
});

test("each two shapes meet in one of the labs, and no shape is left out", () => {
  for (const left of names)
    for (const right of names.filter((it) => it !== left)) {
      const met = new Set(variants.map((it) => `${it[left]} ${it[right]}`));
      expect(met.size, `${left} with ${right}`).toBe(
        variantValues[left].length * variantValues[right].length,
      );
    }
});

test("a seed and shapes at the command line make the lab that they name, which says so", async () => {
  const folder = join(temporaryFolder(), "lab");
  const ran = await runProgram(["lab", "create", folder, "--seed", "7", "--variant", "sqlServer=2017"]);
  expect(ran.code, ran.err).toBe(0);
  const { variant } = JSON.parse(readFileSync(join(folder, "lab.json"), "utf8")) as { variant: LabVariant };
  expect(variant).toEqual({ ...variantOf("7"), sqlServer: "2017" });
  const shapes = Object.entries(variant).map((pair) => pair.join("="));
  expect(ran.out).toContain(`Its shapes: --variant ${shapes.join(",")}`);
});

describe.each(variants)(
  "$siteStatusColumn, $taskTimes, $taskDocument, certificates $certificates, SQL Server $sqlServer, $taskPlaces place(s)",
  (variant) => {
    const lab = withStartedLab(variant);
    const isHidden = variant.certificates === "hidden";
    const dataFile = (name: string) => join(lab.folder, "hosts/sql01/data", `${name}.mdf`);

    test("is planned, applied and inside, but for what it hides, which is told with the cure", async () => {
      const ran = await lab.run("apply", "--yes");
      expect(ran.code, `${ran.out}\n${ran.err}`).toBe(isHidden ? exitCode.someFailed : 0);
      const plan = await planned();
      const cures = problemsIn(plan).flatMap(({ hint }) => hint.match(/GRANT [^;]*;/g) ?? []);
      const hidden = ["GRANT VIEW DEFINITION TO [sitekeep];", "GRANT VIEW ANY DEFINITION TO [sitekeep];"];
      expect(new Set(cures)).toEqual(new Set(isHidden ? hidden : []));
      expect(codesIn(plan).filter((it) => /unknown|internal/.test(it))).toEqual([]);
      expect(plan.sites[0]!.window.state).toBe(isHidden ? "not-proven" : "inside");
    });

    test("gives back the site's database row by row", async () => {
      const ran = await lab.run("restore", "PS1/database", "--database", "CM_PS1_back", "--yes");
      expect(ran.code, `${ran.out}\n${ran.err}`).toBe(0);
      expect(dumpDatabase(dataFile("CM_PS1_back"))).toEqual(dumpDatabase(dataFile("CM_PS1")));
    });

    test("gives back the packages byte for byte", async () => {
      const folder = join(lab.folder, "restored");
      const ran = await lab.run("restore", "PS1/packages", "--to", folder);
      expect(ran.code, `${ran.out}\n${ran.err}`).toBe(0);
      expect(existsSync(join(folder, "packages.json"))).toBe(true);
      const [before, after] = ["hosts/cm01/D/Sources", "restored/cm01.lab/Sources$"].map(digestsBelow);
      expect(after).toEqual(before);
      expect(Object.keys(after!).length).toBeGreaterThan(50);
    });

    test("says what it is", () => {
      const description = JSON.parse(readFileSync(join(lab.folder, "lab.json"), "utf8")) as object;
      expect(description).toMatchObject({ variant });
    });

    async function planned(): Promise<Plan> {
      const { out, err } = await lab.run("plan", "--json");
      expect(err).toBe("");
      return JSON.parse(out) as Plan;
    }

    function digestsBelow(folder: string): Readonly<Record<string, string>> {
      const digests = [...digestTree(join(lab.folder, folder))];
      return Object.fromEntries(digests.map(([path, { sha256 }]) => [path, sha256]));
    }
  },
  120_000,
);

function problemsIn(plan: Plan): readonly Problem[] {
  const found: Problem[] = [];
  JSON.stringify(plan, (_, value: unknown) => {
    if (typeof value === "object" && value !== null && "code" in value && "hint" in value)
      found.push(value as Problem);
    return value;
  });
  return found;
}

function codesIn(plan: Plan): readonly string[] {
  return problemsIn(plan).map(({ code }) => code);
}

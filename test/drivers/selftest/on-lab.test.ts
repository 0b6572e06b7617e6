import { beforeAll, expect, test } from "vitest";
import type { AskedFact } from "../../../src/core/model/asked-fact.ts";
import type { ResolvedPolicy } from "../../../src/core/model/policy/resolved-policy.ts";
import { files, outsideFacts, relations } from "../../../src/core/outside/catalogue.ts";
import { notAskedHere } from "../../../src/core/outside/not-asked.ts";
import type { OutsideFact } from "../../../src/core/outside/facts/outside-fact.ts";
import { askFacts } from "../../../src/drivers/selftest/ask-facts.ts";
import { askSite } from "../../../src/drivers/selftest/ask-site.ts";
import { withSql } from "../../../src/drivers/parts/session/sql-session.ts";
import { policyOf } from "../../support/build-site.ts";
import { labMeans } from "../../support/lab-means.ts";
import { labDatabase, labSources } from "../../support/lab-sources.ts";
import { withRunningLab } from "../../support/running-lab.ts";

const lab = withRunningLab();
let answers: readonly AskedFact[] = [];

beforeAll(async () => {
  const means = labMeans(lab.folder);
  const task = { database: labDatabase(lab.folder, "CM_PS1"), where: "PS1/CM_PS1", doing: "be asked" };
  const bySql = await withSql(means, task, (sql) => askFacts(sql, { task, values: {} }));
  const { site, sources } = labSources(lab.folder);
  const policy: ResolvedPolicy = { ...policyOf(), site, sources: Object.values(sources) };
  answers = [...bySql, ...(await askSite(policy, means))];
});

test("every fact of the register is answered once", () => {
  expect(answers.map(({ id }) => id).toSorted()).toEqual(outsideFacts.map(({ id }) => id).toSorted());
});

test("nothing of the lab's site, which is written from public documents, differs from the register", () => {
  expect(answers.filter(({ found }) => found === "differs")).toEqual([]);
});

test("what is not asked is of a kind that can't be, or is told when a backup or a report server is read", () => {
  const inHeaders = relations
    .filter(({ at }) => at === "backup file" || at === "report server")
    .map(({ name }) => name);
  const others = of("not-asked").filter(
    ({ id, kind }) => !(kind in notAskedHere) && !inHeaders.some((it) => id.startsWith(it)),
  );
  expect(others).toEqual([]);
});

test("of a newer version's names the older ones are not there", () => {
  const older = relations.flatMap(({ name, columns }) =>
    Object.entries(columns).flatMap(([column, { insteadOf }]) =>
      insteadOf === undefined ? [] : [`${name}.${column}`],
    ),
  );
  expect(of("other-name").filter(({ id }) => !older.includes(id))).toEqual([]);
});

test("what is not seen is a state that this site is not in, or what a sound site may lack", () => {
  const mayLack = files.filter((it) => it.mayLack).map(({ id }) => id);
  const others = of("not-seen").filter(({ id, kind }) => kind !== "number" && !mayLack.includes(id));
  expect(others.map(({ id }) => id)).toEqual([
    // No component of managed code writes that log.
    "smsbkup.log: <![LOG[…]LOG]!><time=… date=…",
    // Nothing went wrong in the lab's runs, whose site has no script after the task.
    "smsbkup.log: FAILED, Win32 Error = …; Error: …; Failed to …",
    'smsbkup.log: ISTR0="…" to ISTR9="…"',
    "smsbkup.log: SMS site backup service is stopping.",
    "smsbkup.log: STATMSG: ID=5040",
    "smsbkup.log: STATMSG: ID=5060",
  ]);
});

test("all that can be asked and is seen is confirmed", () => {
  expect(of("confirmed").length).toBeGreaterThan(230);
});

function of(found: AskedFact["found"]): readonly OutsideFact[] {
  const ids = new Set(answers.filter((it) => it.found === found).map(({ id }) => id));
  return outsideFacts.filter(({ id }) => ids.has(id));
}

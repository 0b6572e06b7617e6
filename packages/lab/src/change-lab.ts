import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { labAt } from "./create-lab.ts";
import { site } from "./hierarchy.ts";
import { hostFolder, inInstallFolder, onHost, writeDated } from "./lab-folder.ts";
import { labNow, readState, updateState } from "./lab-state.ts";
import { chanceFrom, type Chance } from "./seeded-chance.ts";
import { newPackageVersion } from "./site/package-version.ts";
import { readRegistry, setValue, text, writeRegistry } from "./site/registry-model.ts";
import { reportDefinition, reportTitles } from "./site/report-definition.ts";
import { reportSourcesFolder } from "./site/report-server.ts";
import { publisherDatabase, publisherUsers } from "./site/updates-publisher.ts";
import { quoted, writeToSite } from "./site-writes.ts";
import { sqlDatetime } from "./windows-formats.ts";

/** What a change is made with: where, when, and the chance that decides. */
interface Occasion {
  readonly lab: string;
  readonly nowMs: number;
  readonly chance: Chance;
}

/**
 * Lets a working day pass over the site: one real change in every kind of thing that is backed up. Each
 * call changes something else; equal seeds on equal labs change the same.
 *
 * Returns a sentence for each change.
 */
export async function changeLab(folder: string, { seed }: { seed: string }): Promise<readonly string[]> {
  const lab = labAt(folder);
  const { changes } = readState(lab);
  const occasion = { lab, nowMs: labNow(lab), chance: chanceFrom(`${seed} ${changes}`) };
  updateState(lab, { changes: changes + 1 });
  return [
    await changeComputers(occasion),
    await changeCollections(occasion),
    await changeCatalogue(occasion),
    await newPackageVersion(lab, occasion.nowMs, occasion.chance),
    changeInbox(occasion),
    changeRegistry(occasion),
    changeReportSource(occasion),
    changePublisherDatabase(occasion),
  ];
}

async function changeComputers({ lab, nowMs, chance }: Occasion): Promise<string> {
  const keys = Array.from({ length: 25 }, () => 16_777_216 + chance.below(150));
  const at = sqlDatetime(nowMs);
  await writeToSite(lab, {
    host: site.sqlServer,
    database: site.database,
    statements: keys.map(
      (key) => `UPDATE System_DISC SET Last_Logon_Timestamp0 = '${at}' WHERE ItemKey = ${key}`,
    ),
    tables: ["System_DISC"],
  });
  return `${new Set(keys).size} computers of CM_PS1 have a new last logon.`;
}

async function changeCollections({ lab, chance }: Occasion): Promise<string> {
  const id = 17_000_000 + chance.below(1_000_000);
  const name = `Pilot group ${chance.hex(4)}`;
  await writeToSite(lab, {
    host: site.sqlServer,
    database: site.database,
    statements: [
      `INSERT INTO Collections VALUES (${id}, 'PS1${chance.hex(5)}', ${quoted(name)}, 0)`,
      `DELETE FROM CollectionRules_Direct WHERE RuleID = ${1 + chance.below(250)}`,
    ],
    tables: ["Collections", "CollectionRules_Direct"],
  });
  return `CM_PS1 has a new collection, ${name}, and one direct rule less.`;
}

async function changeCatalogue({ lab, nowMs, chance }: Occasion): Promise<string> {
  const title = `${chance.pick(reportTitles)} ${chance.below(8)}`;
  const [subscription, report] = [chance.guid().toUpperCase(), chance.guid().toUpperCase()];
  await writeToSite(lab, {
    host: site.sqlServer,
    database: "ReportServer",
    statements: [
      `UPDATE Catalog SET ModifiedDate = '${sqlDatetime(nowMs)}' WHERE Name = ${quoted(title)}`,
      `INSERT INTO Subscriptions VALUES ('${subscription}', '${report}', 'New subscription')`,
    ],
    tables: [],
  });
  return `ReportServer has a newer date on the report ${title}, and one more subscription.`;
}

function changeInbox({ lab, nowMs, chance }: Occasion): string {
  const folder = inInstallFolder(lab, "inboxes", "auth", "ddm.box");
  const [oldest] = readdirSync(folder).sort();
  if (oldest !== undefined) rmSync(join(folder, oldest));
  const name = `${chance.hex(8)}.DDR`;
  writeDated({ path: join(folder, name), bytes: chance.bytes(900), modifiedMs: nowMs });
  return `The inbox ddm.box has ${name} and no longer ${oldest}.`;
}

function changeRegistry({ lab, chance }: Occasion): string {
  const host = hostFolder(lab, site.server);
  const registry = readRegistry(host);
  const version = `0x0000000000${chance.hex(6)}`;
  const key = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SMS\\COMPONENTS\\SMS_POLICY_PROVIDER";
  setValue(registry, key, text("Last Row Version", version));
  writeRegistry(host, registry);
  return `The policy provider's last row version in the registry is ${version}.`;
}

function changeReportSource({ lab, nowMs, chance }: Occasion): string {
  const title = chance.pick(reportTitles);
  const path = onHost(lab, "ssrs01.lab", `${reportSourcesFolder}\\${title}.rdl`);
  writeDated({ path, bytes: reportDefinition(title, chance.below(100_000)), modifiedMs: nowMs });
  return `The report source ${title}.rdl was edited.`;
}

const pageBytes = 4096;

function changePublisherDatabase({ lab, nowMs, chance }: Occasion): string {
  // Ben's may be locked; a change must not undo an incident.
  const user = chance.pick(publisherUsers.filter((it) => it !== "ben"));
  const path = publisherDatabase(lab, user);
  const bytes = readFileSync(path);
  const page = 1 + chance.below(bytes.length / pageBytes - 1);
  chance.bytes(600).copy(bytes, page * pageBytes + 64);
  writeDated({ path, bytes, modifiedMs: nowMs });
  return `${user} has published updates: page ${page} of Scupdb.sdf has changed.`;
}

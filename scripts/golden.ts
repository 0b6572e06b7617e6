// `npm run golden -- repository-v2`: writes two small repositories, what is in them and the reader of this
// day below test/golden, for a new format. Never again over old ones; test/store/mixed-versions.test.ts then
// asks for their digest.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Proof } from "../src/core/model/repository/snapshot.ts";
import { folderBackend } from "../src/store/backends/folder.ts";
import type { RepositoryKey } from "../src/store/keys/keys.ts";
import { initRepository, openRepository } from "../src/store/open-repository.ts";
import type { ManifestFacts } from "../src/store/repository.ts";
import { SeededRandom } from "../test/support/seeded-random.ts";
import { goldenEntry, goldenFiles, goldenOffers } from "./golden/tree.ts";

const [name] = process.argv.slice(2);
if (name === undefined || !/^repository-v\d+$/.test(name))
  throw new Error("Say which: npm run golden -- repository-v2");
const root = join("test", "golden", name);
if (existsSync(root)) throw new Error(`${root} is there, and stays as it is: readers are held against it.`);

const password = "correct horse battery staple";
const keyFile = new SeededRandom(1).bytes(32);
const proof: Proof = { level: "restored", result: "passed", at: 1_700_000_300_000, note: "6 files, 6 MiB" };
const record = { machine: "cm01.golden", sequence: 1, sites: ["PS1"] };
const recordName = "runs/cm01.golden-00000001/started";
const snapshots = [1, 2] as const;

const files = mkdtempSync(join(tmpdir(), "sitekeep-golden-"));
mkdirSync(root, { recursive: true });
writeFileSync(join(root, "encrypted.key"), `${Buffer.from(keyFile).toString("hex")}\n`);
await writeRepository("plain", []);
await writeRepository("encrypted", [{ keyFile }, { password }]);
writeFileSync(join(root, "contents.json"), `${JSON.stringify(contents(), undefined, 2)}\n`);
// From now on it stays as it is, whatever becomes of the other.
copyFileSync(join("tools", "rescue.py"), join(root, "reader.py"));
rmSync(files, { recursive: true });

async function writeRepository(folder: string, keys: readonly RepositoryKey[]): Promise<void> {
  const backend = folderBackend(join(root, folder));
  const chance = new SeededRandom(keys.length + 2);
  const random = (count: number) => chance.bytes(count);
  await initRepository(backend, keys.length > 0 ? { keys, random } : { unencrypted: true, random });
  const repository = await openRepository(backend, { keys, random, now: () => 0, threads: 0 });
  for (const version of snapshots) {
    const { id, site, source } = facts(version);
    const { signal } = new AbortController();
    const previous = version === 2 ? { previous: facts(1).id } : {};
    const writer = await repository.beginSnapshot({ site, source, signal, rereadPerMille: 0, ...previous });
    for (const offer of goldenFiles(version, files)) await writer.offer(offer);
    await writer.commit({ ...facts(version), id });
  }
  await repository.addProof(facts(1).id, proof);
  await repository.putRecord(recordName, record);
  await repository.close();
}

function facts(version: 1 | 2): ManifestFacts {
  const at = 1_700_000_000_000 + version * 86_400_000;
  return {
    id: `golden-${version}`,
    site: "PS1",
    policy: "golden",
    source: "files",
    kind: "folder",
    mode: "full",
    point: at,
    startedAt: at + 1000,
    finishedAt: at + 2000,
    asOf: at + 1000,
    facts: { build: "5.00.9128" },
    problems: [],
  };
}

/** What a reader must find in each of the two. */
function contents() {
  return {
    keyFile: "encrypted.key",
    password,
    snapshots: snapshots.map((version) => ({
      ...facts(version),
      proofs: version === 1 ? [proof] : [],
      entries: goldenOffers(version)
        .map(goldenEntry)
        .sort((left, right) => (left.path < right.path ? -1 : 1)),
    })),
    records: [{ name: recordName, record }],
  };
}

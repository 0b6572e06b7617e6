import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { PackageSources } from "../../src/core/model/policy/source.ts";
import type { SqlRow } from "../../src/drivers/access/sql/sql-runner.ts";
import { mergeFolders, packageSources } from "../../src/drivers/package-sources.ts";
import { address, policyOf } from "../support/build-site.ts";
import { collectingSink } from "../support/collecting-sink.ts";
import { madeUpMeans } from "../support/made-up-means.ts";
import { type Answer, madeUpServer, refusal } from "../support/made-up-server.ts";
import { plantFiles } from "../support/plant-files.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test("equal folders become one, whatever their case and ending, and keep all who use them", () => {
  expect(
    mergeFolders([
      { path: "\\\\cm01\\Sources$\\Office\\", user: "PS100002 Office" },
      { path: "\\\\CM01\\sources$\\office", user: "Content_1" },
    ]),
  ).toEqual([{ path: "\\\\cm01\\Sources$\\Office", users: ["Content_1", "PS100002 Office"] }]);
});

test("a folder inside another is captured with it", () => {
  const merged = mergeFolders([
    { path: "D:\\Sources\\Apps\\Office\\x64", user: "b" },
    { path: "D:\\Sources\\Apps", user: "a" },
    { path: "D:\\Sources\\Apps2", user: undefined },
    { path: "d:/sources//apps\\\\Visio", user: "b" },
  ]);
  expect(merged).toEqual([
    { path: "D:\\Sources\\Apps", users: ["a", "b"] },
    { path: "D:\\Sources\\Apps2", users: [] },
  ]);
});

const own = "PS1";
const office = { package: "PS100002", title: "Office", path: "D:\\Office\\", site: "PS1", type: 0, own };
const image = { package: "PS100003", title: "W11", path: "D:\\os\\w11.wim", site: "PS1", type: 257, own };
const app = { package: "PS10000A", content: "Content_1", path: "D:\\App", site: "PS1", own };

test("an image is captured as the one file that it is, and stands where it stood", async () => {
  const { files, captured, sources } = await capture({ packages: [office, image], contents: [app] });
  expect(files.toSorted()).toEqual(["D/App/app.txt", "D/Office/office.txt", "D/os/w11.wim"]);
  expect(captured).toMatchObject({ problems: [], facts: { folders: 3, captured: 3 } });
  expect(sources.map(({ users }) => users)).toEqual(
    expect.arrayContaining([["PS100002 Office"], ["PS100003 W11"], ["Content_1 of PS10000A"]]),
  );
});

test("what an image's source turns out to be counts, and not what the site says", async () => {
  const { files, captured } = await capture({
    packages: [
      { ...image, path: "D:\\Office" },
      { ...office, path: "D:\\os\\w11.wim" },
    ],
  });
  expect(files.toSorted()).toEqual(["D/Office/office.txt", "D/os/w11.wim"]);
  expect(captured.problems).toEqual([]);
});

test("an image that is gone is told as a file", async () => {
  const gone = { ...image, path: "D:\\os\\gone.wim" };
  const { captured } = await capture({ packages: [office, gone] });
  expect(captured.problems).toMatchObject([
    { code: "file-missing", message: expect.stringContaining("The source file of PS100003 W11") },
  ]);
});

test("sources of another site are not looked for here, and are counted", async () => {
  const others = [
    { ...office, package: "CAS00002", path: "D:\\App", site: "CAS" },
    // Taken over by another site: the package's name stays.
    { ...office, package: "PS100009", path: "D:\\App", site: "CAS" },
  ];
  const { files, captured } = await capture({
    packages: [office, ...others],
    contents: [{ ...app, site: "CAS" }],
  });
  expect(files).toEqual(["D/Office/office.txt"]);
  expect(captured).toMatchObject({ problems: [], facts: { folders: 1, captured: 1, ofOtherSites: 3 } });
});

test("without the column of the site a package's first characters are its site", async () => {
  const { files, captured } = await capture({
    packages: byColumns({ SourceSite: [207, "Invalid column name 'SourceSite'."] }, [
      { package: "PS100002", title: "Office", path: "D:\\Office", own: "ps1" },
      { package: "CAS00002", title: "App", path: "D:\\App", own: "ps1" },
    ]),
  });
  expect(files).toEqual(["D/Office/office.txt"]);
  expect(captured).toMatchObject({ problems: [], facts: { ofOtherSites: 1 } });
});

test.each([
  ["Content_UniqueID", { "v_Content ": [207, "Invalid column name 'ContentSource'."] }],
  ["ContentUniqueID", { "v_Content ": [208, "?"], Content_UniqueID: [207, "?"] }],
  [
    "SELECT ContentSource",
    { "v_Content ": [208, "?"], Content_UniqueID: [207, "?"], ContentUniqueID: [207, "?"] },
  ],
] as const)("where v_Content is of another shape, contents are read by %s", async (words, refused) => {
  const { files, captured, queries } = await capture({
    contents: byColumns(refused, [{ content: "Content_1", path: "D:\\App", own }]),
  });
  expect(queries.at(-1)).toContain(words);
  expect(files).toEqual(["D/App/app.txt"]);
  expect(captured.problems).toEqual([]);
});

test.each([
  [
    "packages",
    { packages: refusal([229, "No 'v_Package'."]), contents: [app] },
    "D/App/app.txt",
    "dbo.v_Package",
  ],
  [
    "contents",
    { packages: [office], contents: refusal([229, "No 'v_Content'."]) },
    "D/Office/office.txt",
    "dbo.v_Content",
  ],
])(
  "%s that may not be listed are a risk with the grant, and the others are captured",
  async (_, answers, file, view) => {
    const { files, captured } = await capture(answers);
    expect(files).toEqual([file]);
    expect(captured.problems).toMatchObject([
      {
        code: "sql-permission",
        severity: "risk",
        hint: expect.stringContaining(`GRANT SELECT ON ${view} TO`),
      },
    ]);
  },
);

test("where nothing may be listed, nothing is captured, and the look says so", async () => {
  const refused = refusal([229, "No."]);
  await expect(capture({ packages: refused, contents: refused })).rejects.toMatchObject({
    problem: { code: "sql-permission", severity: "error" },
  });
  const { source, means } = siteWith({ packages: refused, contents: refused });
  expect(await packageSources.observe({ source, site }, means)).toMatchObject({
    answers: false,
    problem: { code: "sql-permission" },
  });
});

test("a look at an image's file and at folders finds them there, and tells what could not be listed", async () => {
  const { source, means } = siteWith({ packages: [office, image], contents: refusal([229, "No."]) });
  expect(await packageSources.observe({ source, site }, means)).toMatchObject({
    answers: true,
    facts: { folders: 2 },
    risks: [{ code: "sql-permission", severity: "risk" }],
  });
});

test.each([
  "\\\\srv\\x\\..\\y",
  "D:\\Office\\..\\..",
  "D:\\.",
  "D:\\",
  "D:",
  "/.",
  "/",
  "\\\\srv\\D$",
  "\\\\srv\\D$\\",
  "Office",
  "D:\\a\0b",
])("a row with the source folder %j widens no capture and ends none", async (path) => {
  const { files, captured } = await capture({ packages: [office, { ...office, path }] });
  expect(files).toEqual(["D/Office/office.txt"]);
  expect(captured.problems).toMatchObject([{ code: "package-source-not-a-path", severity: "risk" }]);
});

test.each(["\\\\?\\D:\\Office", "d:/office/", "D:\\\\Office"])(
  "a row that writes one folder as %s is no second one",
  async (path) => {
    const { captured } = await capture({ packages: [office, { ...office, path }] });
    expect(captured).toMatchObject({ problems: [], facts: { folders: 1, captured: 1 } });
  },
);

test("a row that leads to a place of the program's own ends nothing, and nothing of it is taken", async () => {
  const drive = temporaryFolder();
  plantFiles(drive, {
    "Office/a.txt": "1",
    "Office/main.key": "k",
    "keys/b": "1",
    "repo/config": "1",
    "one.key": "k",
  });
  const own = ["keys", "repo", "one.key", "Office/main.key"].map((it) => join(drive, it));
  const rows = ["D:\\keys", "D:\\repo\\config", "D:\\one.key"].map((path) => ({ ...office, path }));
  const { source } = siteWith({});
  const means = madeUpMeans({
    sql: madeUpServer({ packages: [office, ...rows], contents: [] }),
    paths: { "D:\\": drive },
    own,
  });
  const folder = temporaryFolder();
  const sink = collectingSink(folder);
  const { problems } = await packageSources.capture({ source, site, mode: "full" }, means, sink);
  expect(sink.files().filter((it) => it !== "packages.json")).toEqual(["D/Office/a.txt"]);
  expect(problems.map((it) => [it.code, it.severity])).toEqual(
    Array.from({ length: 4 }, () => ["own-place-left-out", "risk"]),
  );
});

interface Lists {
  readonly packages?: Answer;
  readonly contents?: Answer;
}

const { site } = policyOf();

/** A machine with the sources of a package, an image and an application. */
function siteWith({ packages = [], contents = [] }: Lists) {
  const drive = temporaryFolder();
  for (const name of ["Office", "os", "App"]) mkdirSync(join(drive, name));
  for (const name of ["Office/office.txt", "os/w11.wim", "App/app.txt"])
    writeFileSync(join(drive, name), name);
  const sql = madeUpServer({ packages, contents });
  const source: PackageSources = {
    kind: "package-sources",
    name: "packages",
    discover: true,
    database: address,
    folders: [],
    exclude: [],
  };
  return { source, means: madeUpMeans({ sql, paths: { "D:\\": drive } }), queries: sql.queries };
}

async function capture(lists: Lists) {
  const { source, means, queries } = siteWith(lists);
  const folder = temporaryFolder();
  const sink = collectingSink(folder);
  const captured = await packageSources.capture({ source, site, mode: "full" }, means, sink);
  const sources: unknown = JSON.parse(readFileSync(join(folder, "packages.json"), "utf8"));
  return {
    captured,
    queries,
    sources: sources as readonly { users: readonly string[] }[],
    files: sink.files().filter((it) => it !== "packages.json"),
  };
}

/** Rows, unless the statement has words that the server refuses. */
function byColumns(
  refused: Readonly<Record<string, readonly [number, string]>>,
  rows: readonly SqlRow[],
): Answer {
  return (text) => {
    const found = Object.entries(refused).find(([words]) => text.includes(words));
    return found ? refusal(found[1]) : rows;
  };
}

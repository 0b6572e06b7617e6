import { expect, test } from "vitest";
import { lintPolicy } from "../../../src/core/lint/lint-policy.ts";
import { lintKeyPlaces } from "../../../src/core/lint/lint-repository.ts";
import { placeOfPath } from "../../../src/core/base/windows-place.ts";
import type {
  RepositoryAddress,
  ResolvedPolicy,
  Site,
} from "../../../src/core/model/policy/resolved-policy.ts";
import type { Source } from "../../../src/core/model/policy/source.ts";
import { policyOf, standAlone } from "../../support/build-site.ts";
import {
  database,
  everything,
  library as content,
  policyWith,
  registry,
  seen,
  task,
  userState,
} from "./linted.ts";

const site = policyOf().site;
const twoServers: Site = { ...site, servers: ["cm01.contoso.com", "cm02.contoso.com"] };
const at = (folder: string, changes: Partial<RepositoryAddress> = {}): RepositoryAddress => ({
  name: "main",
  location: { folder },
  keys: [],
  encrypt: true,
  ...changes,
});
const copies = (folder: string) => [{ repository: at(folder) }];
const { parent: _, ...alone } = site;
const central: Site = { ...alone, code: "CAS", type: "central-administration" };
const taskTo = (folder: string, database?: string): Source => ({
  ...(task as Extract<Source, { kind: "task-backup" }>),
  site: folder,
  ...(database !== undefined && { database }),
});

test.each<[string, string, Partial<ResolvedPolicy>, string]>([
  [
    "a repository on a drive of the site server",
    "repository-beside-site",
    { repository: at("F:\\sitekeep") },
    "the site's own machines (F:\\sitekeep)",
  ],
  [
    "a repository on the site's own volume",
    "repository-beside-site",
    { repository: at("D:\\sitekeep") },
    "the volume of the site itself",
  ],
  [
    "a repository on a share of the SQL Server",
    "repository-beside-site",
    { repository: at("\\\\SQL01\\sitekeep$") },
    "own machines",
  ],
  [
    "copies that stay at the site",
    "repository-beside-site",
    { repository: at("F:\\sitekeep", { copies: copies("\\\\cm01.contoso.com\\far$") }) },
    "takes every point",
  ],
  [
    "a repository of a site that is its own SQL Server",
    "repository-beside-site",
    {
      site: { ...site, servers: [], database: { ...site.database, server: "localhost" } },
      repository: at("F:\\sitekeep"),
    },
    "own machines",
  ],
  [
    "a destination with a space",
    "task-destination-name",
    { sources: [taskTo("E:\\CM Backup")] },
    "has a space",
  ],
  [
    "a destination with an umlaut",
    "task-destination-name",
    { sources: [taskTo("\\\\backup01\\Sicherung für CM$")] },
    "letters beyond ASCII",
  ],
  [
    "a destination on the site's volume",
    "task-destination-volume",
    { sources: [taskTo("D:\\CMBackup")] },
    "same volume as D:\\ConfigMgr",
  ],
  [
    "a destination on the site's volume by its share",
    "task-destination-volume",
    { sources: [taskTo("\\\\cm01\\d$\\CMBackup")] },
    "same volume",
  ],
  [
    "the database's part on the volume of its data",
    "task-destination-volume",
    { sources: [taskTo("\\\\backup01\\CM$", "E:\\CMBackup")] },
    "same volume as E:\\SQLData\\CM_PS1.mdf",
  ],
  [
    "a drive as destination of two servers",
    "task-destination-one-server",
    { site: twoServers, sources: [taskTo("E:\\CMBackup")] },
    "two machines",
  ],
  [
    "a library on a drive of one of two servers",
    "library-on-one-server",
    { site: twoServers, sources: [content] },
    "a drive of one of them",
  ],
  [
    "user states without the database",
    "user-state-without-database",
    { sources: [userState] },
    "keys that open them",
  ],
  [
    "a primary whose parent nobody can look at",
    "partner-not-named",
    { partners: {} },
    "database of CAS above",
  ],
  [
    "a central site that names no primary",
    "partner-not-named",
    { site: central, partners: {} },
    "database of any primary below",
  ],
])("%s is told as %s", (_title, code, changes, words) => {
  const policy = policyOf(changes);
  const found = lintPolicy(policy, seen(policy));
  expect(found).toMatchObject([{ code, severity: "risk" }]);
  expect(found[0]!.message).toContain(words);
});

test.each<[string, Partial<ResolvedPolicy>]>([
  ["a repository on another machine", {}],
  [
    "a repository at the site with a copy elsewhere",
    { repository: at("F:\\sitekeep", { copies: copies("\\\\vault\\far$") }) },
  ],
  [
    "a drive of nobody knows which machine",
    { site: { ...site, servers: [] }, repository: at("F:\\sitekeep") },
  ],
  ["a folder that is none of Windows", { repository: at("/srv/sitekeep") }],
  [
    "a destination on another volume, and on a share of the SQL Server",
    { sources: [taskTo("E:\\CMBackup", "\\\\sql01\\CMBackup$")] },
  ],
  ["a destination for both that SQL Server has data on", { sources: [taskTo("E:\\CMBackup")] }],
  ["a share as destination of two servers", { site: twoServers, sources: [taskTo("\\\\backup01\\CM$")] }],
  [
    "a library on a share for two servers",
    { site: twoServers, sources: [{ ...content, folders: ["\\\\files01\\Content$"] } as Source] },
  ],
  ["user states with the database", { sources: [userState, database] }],
  ["a stand-alone primary without partners", standAlone()],
  ["a part of a site without its database and without partners", { partners: {}, sources: [registry] }],
  ["a sound policy", { sources: everything }],
])("%s is no hazard", (_title, changes) => {
  const policy = policyOf(changes);
  expect(lintPolicy(policy, seen(policy))).toEqual([]);
});

test("the destination that the site itself has noted is judged too, and once", () => {
  const policy = policyOf({ sources: [taskTo("E:\\CM Backup")] });
  const lint = (destinations: readonly string[], enabled = true) =>
    lintPolicy(policy, {
      ...seen(policy),
      siteTask: { enabled, weekdays: [0], beginMs: 0, latestBeginMs: 0, destinations },
    }).map(({ code, where }) => `${code} ${where}`);
  const told = "task-destination-name PS1/task";
  expect(lint(["e:\\cm backup\\"])).toEqual([told]);
  expect(lint(["D:\\CMBackup"])).toEqual([told, "task-destination-volume PS1 task Backup Site Server"]);
  expect(lint(["\\\\far\\CM$", "E:\\CMBackup"])).toEqual([
    told,
    "task-destination-volume PS1 task Backup Site Server",
  ]);
  expect(lint(["D:\\CMBackup"], false)).toEqual([told]);
});

test("keys that are all files of the site server are told of, and one elsewhere makes up for them", () => {
  const local = { as: "key-file", file: "D:\\keys\\main.key" } as const;
  const elsewhere = { as: "key-file", file: "\\\\vault\\keys$\\main.key" } as const;
  const password = { as: "password", password: { env: "RECOVERY" } } as const;
  const codes = (keys: RepositoryAddress["keys"]) =>
    lintKeyPlaces(policyWith([database], { repository: at("\\\\vault\\sitekeep$", { keys }) })).map(
      (it) => it.problem.code,
    );
  expect(codes([local])).toEqual(["key-beside-site"]);
  expect(codes([local, { ...local, file: "\\\\cm01\\keys$\\second.key" }])).toEqual(["key-beside-site"]);
  expect(codes([local, elsewhere])).toEqual([]);
  expect(codes([local, password])).toEqual([]);
  expect(codes([])).toEqual([]);
});

test.each([
  ["E:\\CMBackup", { drive: "E" }],
  ["e:/CMBackup", { drive: "E" }],
  ["\\\\cm01\\E$\\CMBackup", { host: "cm01", drive: "E" }],
  ["//cm01/CMBackup$", { host: "cm01" }],
  ["/srv/sitekeep", undefined],
  ["CMBackup", undefined],
])("%s is on %j", (path, place) => {
  expect(placeOfPath(path)).toEqual(place);
});

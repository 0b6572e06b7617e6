import { unknown } from "../../core/base/fact.ts";
import { given } from "../../core/base/given.ts";
import { isInstant } from "../../core/base/instant.ts";
import { isJsonObject, type Json } from "../../core/base/json.ts";
import { ProblemError, type Problem } from "../../core/base/problem.ts";
import type { HoldFacts } from "../../core/model/repository/hold.ts";
import type { KeyFacts } from "../../core/model/repository/key-proof.ts";
import type {
  DatabaseWindowFacts,
  Observation,
  SourceObservation,
  WindowFacts,
} from "../../core/model/observation.ts";
import type { ResolvedPolicy } from "../../core/model/policy/resolved-policy.ts";
import type { Run } from "../../core/model/run.ts";
import type { Snapshot } from "../../core/model/repository/snapshot.ts";
import type { DatabaseAddress, Source } from "../../core/model/policy/source.ts";
import { questionsFor } from "../../core/lint/asked.ts";
import { unanswered } from "../../core/model/question.ts";
import { recordedLook } from "../../core/model/site-look.ts";
import type { SiteLook } from "../../core/model/site-look.ts";
import type { Means } from "../../drivers/driver.ts";
import { handOverPlace, handOverWhere, readHandOver } from "../../drivers/parts/task/hand-over.ts";
import { readSiteLook } from "../../drivers/parts/site-look.ts";
import { readSiteTask } from "../../drivers/parts/task/site-task-facts.ts";
import { readWindowFacts } from "../../drivers/parts/window-facts.ts";
import { withSql } from "../../drivers/parts/session/sql-session.ts";
import type { SnapshotLook } from "../../store/repository.ts";
import { isSameWebhook } from "../../core/model/policy/alarm.ts";
import { recallTold, toldOfPolicy } from "../alarms/told-record.ts";
import { observeCopies } from "./copy-observe.ts";
import { lookAt } from "../session/deadline.ts";
import { readKeyFacts } from "../session/key-uses.ts";
import { readHoldFacts } from "./hold-facts.ts";
import { unreadOf } from "./unread.ts";
import { connect, isSealed } from "../session/means.ts";
import { problemOf } from "../session/problems.ts";
import { readRuns } from "../session/record.ts";
import { asProblem } from "../session/repositories.ts";
import type { Session } from "../session/session.ts";
import { shareSql } from "./shared-sql.ts";
import { aboutSite } from "../../core/model/site-subject.ts";

const runsKept = 50;

/**
 * `live`: ask every source and server. `recorded`: take what this machine's last live look learnt of them,
 * and read the repository alone; quick, and as old as it says. `repository`: the same, and where nothing was
 * recorded the sources and the window are unknown. `verified`: live, and every manifest is read and verified
 * now.
 */
export type Look = "live" | "verified" | "recorded" | "repository";

type Answers = Pick<Observation, "at" | "sources" | "window" | "siteTask" | "handOver" | "site">;

/** Looks at the world for one policy: its sources, its repository, the window. Changes nothing in it. */
export async function observe(
  session: Session,
  policy: ResolvedPolicy,
  look: Look = "live",
): Promise<Observation> {
  const elsewhere = elsewhereOf(session, policy);
  const manifests = look === "verified" ? "objects" : "listed";
  const [answers, kept, copied, alarms] = await Promise.all([
    answersOf(session, policy, look),
    observeRepository(session, policy, manifests),
    observeCopies(session, policy, manifests),
    observeAlarms(session, policy),
  ]);
  return { policy: policy.name, ...answers, ...kept, ...copied, ...alarms, ...given({ elsewhere }) };
}

/** Reads the repositories once more: what was done since a look is seen, and no source is asked again. */
export async function lookAgain(
  session: Session,
  policy: ResolvedPolicy,
  { at, sources, window, siteTask, handOver, site, elsewhere }: Observation,
): Promise<Observation> {
  const [kept, copied, alarms] = await Promise.all([
    observeRepository(session, policy, "listed"),
    observeCopies(session, policy, "listed"),
    observeAlarms(session, policy),
  ]);
  const answers = { at, sources, window, ...given({ siteTask, handOver, site, elsewhere }) };
  return { policy: policy.name, ...answers, ...kept, ...copied, ...alarms };
}

/** The webhooks of a policy that lack a message of this machine. */
async function observeAlarms(
  { world }: Session,
  policy: ResolvedPolicy,
): Promise<Pick<Observation, "undelivered">> {
  if (policy.notify.length === 0) return {};
  const told = await recallTold(world, toldOfPolicy(policy));
  const undelivered = told.flatMap(({ webhook, undelivered: lacks }) =>
    lacks === undefined || !policy.notify.some((it) => isSameWebhook(it.webhook, webhook))
      ? []
      : [{ webhook, ...lacks }],
  );
  return undelivered.length === 0 ? {} : { undelivered };
}

function answersOf(session: Session, policy: ResolvedPolicy, look: Look): Promise<Answers> {
  switch (look) {
    case "live":
    case "verified":
      return askAnswers(session, policy);
    case "recorded":
      return recallAnswers(session, policy);
    case "repository":
      return recallAnswers(session, policy).catch((thrown: unknown) => {
        const problem = problemOf(thrown, policy.site.code, session.redactor);
        return { at: session.now(), sources: {}, window: { own: { problem }, partners: {} } };
      });
  }
}

async function askAnswers(session: Session, policy: ResolvedPolicy): Promise<Answers> {
  const shared = shareSql((database) => connect(session, database));
  const looking = { session, policy, sql: shared.sql };
  try {
    const [sources, window, siteTask, handOver, site] = await Promise.all([
      observeSources(looking),
      observeWindowWith(looking),
      observeSiteTask(looking),
      observeHandOver(looking),
      observeSite(looking),
    ]);
    const answers = { at: session.now(), sources, window, siteTask, ...given({ handOver }), ...site };
    // What was cut off is no answer, and the last whole one still is.
    if (!session.signal.aborted)
      await session.notes.write(lastLook, () =>
        session.world.remember(recordName(policy), JSON.parse(JSON.stringify(answers)) as Json),
      );
    return answers;
  } finally {
    await shared.close();
  }
}

const lastLook = {
  what: "on this machine what the site answered",
  means: "`plan --recorded` shows the look before.",
};

async function recallAnswers(session: Session, policy: ResolvedPolicy): Promise<Answers> {
  const answers: unknown = await session.world.recall(recordName(policy));
  // Questions are asked by name: another version may have had others, or other shapes of their answers.
  if (isAnswers(answers)) return { ...answers, ...given({ site: recordedLook(answers.site) }) };
  throw new ProblemError({
    code: "nothing-recorded",
    severity: "error",
    message: `No look at ${policy.site.code} is recorded on this machine.`,
    where: policy.site.code,
    hint: "Run `sitekeep plan` once without --recorded.",
  });
}

/** The file is this machine's own, and may be of another version, or be damaged. */
function isAnswers(value: unknown): value is Answers {
  if (!isJsonObject(value) || !isInstant(value["at"]) || !isJsonObject(value["sources"])) return false;
  const { sources, window } = value;
  const answered = Object.values(sources).every(
    (it) => isJsonObject(it) && typeof it["answers"] === "boolean",
  );
  return answered && isJsonObject(window) && isJsonObject(window["own"]) && isJsonObject(window["partners"]);
}

function recordName(policy: ResolvedPolicy): string {
  return `answers-${policy.site.code}-${policy.name}`;
}

/** Why this machine does not apply the policy: its site has named servers, and this is none of them. */
export function elsewhereOf(session: Session, policy: ResolvedPolicy): string | undefined {
  const { servers } = policy.site;
  const here = session.world.machine.identity.toLowerCase();
  if (servers.length === 0 || servers.some((server) => server.toLowerCase() === here)) return undefined;
  return `this machine is ${session.world.machine.identity}; the policy is applied by ${servers.join(" or ")}`;
}

/** A look at one policy's site, over connections that its parts share. */
interface Looking {
  readonly session: Session;
  readonly policy: ResolvedPolicy;
  readonly sql: Means["sql"];
}

async function observeSources(looking: Looking): Promise<Observation["sources"]> {
  const look = async (source: Source) => [source.name, await observeSource(looking, source)] as const;
  return Object.fromEntries(await Promise.all(looking.policy.sources.map(look)));
}

async function observeSource({ session, policy, sql }: Looking, source: Source): Promise<SourceObservation> {
  const request = { source, site: policy.site };
  const where = `${policy.site.code}/${source.name}`;
  const look = (means: Means) => session.world.driverOf(source.kind).observe(request, means);
  const sealed = isSealed(policy);
  const seen = await lookAt<SourceObservation>(session, where, { sql, sealed, look });
  return "answers" in seen ? seen : { answers: false, problem: seen.problem };
}

/** Reads the window's facts from the site's own database and from each partner's. */
export async function observeWindow(session: Session, policy: ResolvedPolicy): Promise<WindowFacts> {
  const shared = shareSql((database) => connect(session, database));
  try {
    return await observeWindowWith({ session, policy, sql: shared.sql });
  } finally {
    await shared.close();
  }
}

async function observeWindowWith(looking: Looking): Promise<WindowFacts> {
  const { site, partners: named } = looking.policy;
  const partners = Object.entries(named);
  const databases = [[site.code, site.database] as const, ...partners];
  const [own, ...others] = await Promise.all(
    databases.map(([code, database]) => observeDatabase(looking, code, database)),
  );
  return { own: own!, partners: Object.fromEntries(partners.map(([code], index) => [code, others[index]!])) };
}

async function observeDatabase(
  { session, policy, sql }: Looking,
  siteCode: string,
  database: DatabaseAddress,
): Promise<DatabaseWindowFacts | { readonly problem: Problem }> {
  const where = `${policy.site.code}/${database.name}`;
  const task = { database, where, doing: `read the window from ${database.name}` };
  const now = () => session.now();
  const look = (means: Means) =>
    withSql(means, task, (runner) => readWindowFacts(runner, { database, where, siteCode }, now));
  const seen = await lookAt(session, where, { sql, look });
  if ("problem" in seen || seen.unread === undefined) return seen;
  return { ...seen, unread: seen.unread.map((it) => ({ ...it, why: cleanedProblem(it.why, session) })) };
}

/**
 * Reads when the site's own backup task runs: what disturbs it, and whether what it makes comes often enough.
 */
async function observeSiteTask({
  session,
  policy,
  sql,
}: Looking): Promise<NonNullable<Observation["siteTask"]>> {
  const { code, database } = policy.site;
  const where = `${code}/${database.name}`;
  const task = { database, where, doing: `read the schedule of the site's task from ${database.name}` };
  const look = (means: Means) =>
    withSql(means, task, (runner) => readSiteTask(runner, { siteCode: code, task }));
  const seen = await lookAt(session, where, { sql, look });
  if ("problem" in seen || seen.runsUnread === undefined) return seen;
  return { ...seen, runsUnread: cleanedProblem(seen.runsUnread, session) };
}

/** Looks at the script that the task starts, where the policy has to do with it and this is the site's. */
async function observeHandOver({
  session,
  policy,
  sql,
}: Looking): Promise<Observation["handOver"] | undefined> {
  if (elsewhereOf(session, policy) !== undefined) return undefined;
  const place = (means: Means) => handOverPlace(policy.site, means);
  const where = handOverWhere(policy.site);
  const seen = await lookAt(session, where, { sql, look: (means) => readHandOver(place(means)) });
  const isRelied = policy.sources.some(({ kind }) => kind === "task-backup");
  // A server that has no such folder is told by the source that is read from there.
  if ("problem" in seen) return isRelied && seen.problem.code !== "file-missing" ? seen : undefined;
  return isRelied || seen.source !== undefined ? seen : undefined;
}

/** Asks what lint judges of the site as a whole. What can't be had is an unknown fact, with the reason. */
async function observeSite({ session, policy, sql }: Looking): Promise<Pick<Observation, "site">> {
  const { code, database } = policy.site;
  const where = `${code}/${database.name}`;
  const questions = questionsFor(policy);
  const task = { database, where, doing: `look at ${database.name} as a whole`, siteCode: code, questions };
  const look = (means: Means) =>
    withSql(means, task, async (runner) => ({ site: await readSiteLook(runner, task) }));
  const seen = await lookAt(session, where, { sql, look });
  return { site: "site" in seen ? cleaned(seen.site, session) : unanswered(questions, seen.problem) };
}

/** What a server says of a question that it refuses may hold a secret, like any other answer of it. */
function cleaned(look: SiteLook, session: Session): SiteLook {
  const facts = Object.entries(look).map(([name, fact]) =>
    fact.is === "unknown"
      ? ([name, unknown(cleanedProblem(fact.why, session))] as const)
      : ([name, fact] as const),
  );
  return Object.fromEntries(facts);
}

function cleanedProblem(problem: Problem, { redactor }: Session): Problem {
  return problemOf(new ProblemError(problem), problem.where, redactor);
}

interface Kept {
  readonly snapshots: readonly Snapshot[];
  readonly runs: readonly Run[];
  readonly keys?: KeyFacts;
  readonly holds?: HoldFacts;
  readonly unread?: readonly string[];
  readonly repositoryProblem?: Problem;
}

async function observeRepository(
  session: Session,
  policy: ResolvedPolicy,
  look: SnapshotLook,
): Promise<Kept> {
  try {
    const opened = await session.repository(policy.repository);
    // No repository yet is a true, empty answer: the first apply makes it.
    if (!opened.exists) return { snapshots: [], runs: [] };
    const [{ snapshots, unreadable }, holds, { runs, ...told }, { keys, ...uses }] = await Promise.all([
      opened.repository.snapshots(look),
      readHoldFacts(opened.repository, policy.site.code, look),
      readRuns(opened.repository),
      readKeyFacts(opened.repository),
    ]);
    const site = policy.site.code;
    return {
      snapshots: snapshots.filter((it) => it.site === site),
      runs: runs
        .filter((it) => it.sites.includes(site))
        .slice(-runsKept)
        .toReversed(),
      ...holds,
      ...given({ keys }),
      ...unreadOf([unreadable, told.unreadable, uses.unreadable]),
    };
  } catch (thrown) {
    const where = `repository ${policy.repository.name}`;
    const problem = problemOf(asProblem(thrown, policy.repository), where, session.redactor);
    // Whatever it is, it leaves the repository unread: that is how it is known.
    const about = aboutSite({ kind: "repository", name: policy.repository.name });
    return { snapshots: [], runs: [], repositoryProblem: { ...problem, about } };
  }
}

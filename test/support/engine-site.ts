import { onTestFinished } from "vitest";
import { hour, type Instant } from "../../src/core/base/instant.ts";
import type { Json } from "../../src/core/base/json.ts";
import { ProblemError, type Problem } from "../../src/core/base/problem.ts";
import type { ProblemCode } from "../../src/core/base/problem-codes.ts";
import type { FileOffer } from "../../src/core/model/offer.ts";
import type { Plan } from "../../src/core/model/plan.ts";
import type { ResolvedPolicy } from "../../src/core/model/policy/resolved-policy.ts";
import type { Source } from "../../src/core/model/policy/source.ts";
import type { CaptureMode, Snapshot } from "../../src/core/model/repository/snapshot.ts";
import type { Run } from "../../src/core/model/run.ts";
import type { RunEvent, RunListener } from "../../src/core/model/run-event.ts";
import type { Driver } from "../../src/drivers/driver.ts";
import { planPolicies } from "../../src/engine/pipeline.ts";
import { applyPlan, type Applied } from "../../src/engine/run/apply.ts";
import { readRuns } from "../../src/engine/session/record.ts";
import { openSession, type Session } from "../../src/engine/session/session.ts";
import type { World } from "../../src/engine/session/world.ts";
import { memoryBackend } from "../../src/store/backends/memory.ts";
import type { CopyableRepository } from "../../src/store/copyable-repository.ts";
import { noon, policyOf } from "./build-site.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { bareMachine, testWorld } from "./test-world.ts";

/** What a source of the tests does when it is looked at and captured. */
export interface FakeSource {
  /** Content by path; a file of this machine is offered by its place. */
  readonly files?: Readonly<Record<string, string | Partial<FileOffer>>>;
  /** A problem that its capture ends with. */
  readonly fails?: ProblemCode;
  /** A problem that a look at it ends with. */
  readonly isSilent?: ProblemCode;
  readonly facts?: { readonly [name: string]: Json };
  /** What its capture turns out to be; absent: what was asked for. */
  readonly mode?: CaptureMode;
  /** Called while it is captured. */
  capturing?(
    request: Parameters<Driver["capture"]>[0],
    means: Parameters<Driver["capture"]>[1],
  ): Promise<void>;
  cleanUp?(): Promise<readonly Problem[]>;
}

export interface EngineSetting {
  readonly policy?: Partial<ResolvedPolicy>;
  readonly sources?: readonly Source[];
  /** What each source does, by its name; it may change between runs. */
  readonly does?: Record<string, FakeSource>;
  readonly world?: Partial<World>;
  /** Puts something between the engine and a repository, by the repository's name. */
  wrap?(repository: CopyableRepository, name: string): CopyableRepository;
  readonly signal?: AbortSignal;
}

export const files: Source = {
  kind: "folder",
  name: "files",
  root: "D:\\files",
  include: [],
  exclude: [],
};
export const database: Source = { ...policyOf().sources[0]! };
export const registry: Source = { ...policyOf().sources[1]! };

/**
 * A site whose sources are made up and whose repositories are in memory: the engine between them is the real
 * one.
 */
export function engineSite(setting: EngineSetting) {
  const { site, ...rest } = policyOf();
  const { parent: _, ...alone } = site;
  const sources = setting.sources ?? [files];
  const repository = { name: "main", location: { folder: "/main" }, keys: [], encrypt: false };
  const common = { partners: {}, repository, sources, site: { ...alone, servers: [] } };
  const policy: ResolvedPolicy = { ...rest, ...common, ...setting.policy };
  const clock = { now: noon };
  const does: Record<string, FakeSource> = { ...setting.does };
  const world = worldOf(setting, clock, does);
  const inSession = async <Result>(work: (session: Session) => Promise<Result>): Promise<Result> => {
    const session = wrapped(openSession(world, setting.signal ?? new AbortController().signal), setting);
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  };
  const plan = (): Promise<Plan> =>
    inSession(async (session) => (await planPolicies(session, [policy])).plan);
  return {
    policy,
    /** What the sources do: change it between runs. */
    does,
    clock,
    world,
    inSession,
    plan,
    pass: (ms: number) => void (clock.now += ms),
    /** Plans, or takes the plan, applies it and gives what became of each step as a line. */
    async run(given?: Plan, ...listeners: readonly RunListener[]): Promise<readonly string[]> {
      return linesOf(await this.apply(given, ...listeners));
    },
    async apply(given?: Plan, ...listeners: readonly RunListener[]): Promise<Applied> {
      const chosen = given ?? (await plan());
      return inSession((session) => applyPlan(session, chosen, { trigger: "apply", listeners }));
    },
    snapshots: (name = "main"): Promise<readonly Snapshot[]> =>
      inSession(async (session) => {
        const place = [policy.repository, ...(policy.repository.copies ?? []).map((it) => it.repository)];
        const opened = await session.repository(place.find((it) => it.name === name)!);
        return opened.exists ? (await opened.repository.snapshots("objects")).snapshots : [];
      }),
    /** The runs that the policy's repository has records of. */
    runs: (): Promise<readonly Run[]> =>
      inSession(async (session) => {
        const opened = await session.repository(policy.repository);
        return opened.exists ? (await readRuns(opened.repository)).runs : [];
      }),
  };
}

function worldOf(setting: EngineSetting, clock: { now: Instant }, does: Record<string, FakeSource>): World {
  const backends = new Map<string, ReturnType<typeof memoryBackend>>();
  const records = new Map<string, Json>();
  return testWorld({
    machine: bareMachine,
    cacheFolder: setting.world?.cacheFolder ?? temporaryFolder(),
    now: () => clock.now,
    sleep: async (ms) => void (clock.now += ms),
    remember: async (name, value) => void records.set(name, value),
    recall: async (name) => records.get(name),
    openBackend({ folder }) {
      const known = backends.get(folder) ?? memoryBackend();
      backends.set(folder, known);
      return known;
    },
    driverOf: () => fakeDriver(does, clock) as never,
    connect: async () => {
      throw new ProblemError(problemNamed("sql-unreachable"));
    },
    ...setting.world,
  });
}

function wrapped(session: Session, { wrap }: EngineSetting): Session {
  if (wrap === undefined) return session;
  return {
    ...session,
    async repository(address, options) {
      const opened = await session.repository(address, options);
      return opened.exists ? { exists: true, repository: wrap(opened.repository, address.name!) } : opened;
    },
  };
}

function fakeDriver(does: Record<string, FakeSource>, clock: { readonly now: Instant }): Driver {
  return {
    async observe({ source }) {
      const { isSilent, facts = {} } = does[source.name] ?? {};
      if (isSilent) return { answers: false, problem: problemNamed(isSilent) };
      return { answers: true, facts, risks: [] };
    },
    async capture(request, means, sink) {
      const fake = does[request.source.name] ?? {};
      await fake.capturing?.(request, means);
      for (const [path, content] of Object.entries(fake.files ?? { "a.txt": request.source.name }))
        await sink.offer(offerOf(path, content));
      if (fake.fails) throw new ProblemError(problemNamed(fake.fails));
      const { cleanUp } = fake;
      const { mode = request.mode, facts = {} } = fake;
      const found = { mode, asOf: clock.now, facts, problems: [] };
      return { ...found, ...(cleanUp && { cleanUp }) };
    },
  };
}

function offerOf(path: string, content: string | Partial<FileOffer>): FileOffer {
  const made = typeof content === "string" ? { locator: { bytes: Buffer.from(content) } } : content;
  const size = made.locator && "bytes" in made.locator ? made.locator.bytes.length : 0;
  return { type: "file", path, size, modifiedAt: noon - hour, locator: { file: "/nowhere" }, ...made };
}

export function problemNamed(code: ProblemCode, message: string = code): Problem {
  return { code, severity: "error", message, where: "PS1", hint: "Mend it." };
}

/** `capture PS1/files: failed folder-missing`, in the order in which the steps ended. */
export function linesOf({ outcomes }: Pick<Applied, "outcomes">): readonly string[] {
  return outcomes.map(({ title, result, problem }) =>
    problem === undefined ? `${title}: ${result}` : `${title}: ${result} ${problem.code}`,
  );
}

/** Collects what a run tells. */
export function collectEvents(): { readonly events: RunEvent[]; readonly listener: RunListener } {
  const events: RunEvent[] = [];
  onTestFinished(() => void events.splice(0));
  return { events, listener: (event) => void events.push(event) };
}

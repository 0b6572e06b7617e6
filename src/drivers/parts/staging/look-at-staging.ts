import { type Fact, known, unknown } from "../../../core/base/fact.ts";
import { given } from "../../../core/base/given.ts";
import { type Problem, ProblemError } from "../../../core/base/problem.ts";
import type { Staging } from "../../../core/model/policy/source.ts";
import type { SqlRunner } from "../../access/sql/sql-runner.ts";
import type { Means } from "../../driver.ts";
import { findStaging, type StagingFolder } from "./staging.ts";
import { readRoom, type Room, roomProblem, type RoomRequest } from "./staging-space.ts";

/** What a look learns of the folder for a full backup of one database, and of the room there. */
export type StagingLook = Fact<{
  readonly request: RoomRequest;
  readonly staging: StagingFolder;
  readonly room: Room;
}>;

/** Looks for the folder that SQL Server writes to, and for the room in it. */
export async function lookAtStaging(
  request: Omit<RoomRequest, "mode">,
  staging: Staging | undefined,
  { sql, means }: { readonly sql: SqlRunner; readonly means: Means },
): Promise<StagingLook> {
  try {
    const whole = { ...request, mode: "full" } as const;
    const folder = await findStaging(staging, request, { means, sql });
    const room = await readRoom(whole, { sql, means, staging: folder });
    return known({ request: whole, staging: folder, room });
  } catch (thrown) {
    if (!(thrown instanceof ProblemError)) throw thrown;
    return unknown({ ...thrown.problem, severity: "risk" });
  }
}

/**
 * Facts and risks of backups that lie in one folder together. That there is too little room is told before
 * anything is due; so is that nobody can say.
 */
export function judgeStaging(looks: readonly StagingLook[]) {
  const found = looks.flatMap((it) => (it.is === "known" ? [it.value] : []));
  const [first] = found;
  if (first === undefined) return { facts: {}, risks: looks.flatMap(whyOf).slice(0, 1) };
  const { space } = first.room;
  const needs = found.flatMap(({ room }) => room.needBytes ?? []);
  const needBytes = needs.length > 0 ? needs.reduce((sum, it) => sum + it) : undefined;
  const problem = roomProblem(first.request, { space, ...given({ needBytes }) }, first.staging);
  return {
    facts: {
      stagingNeedBytes: needBytes,
      stagingFreeBytes: space.is === "known" ? space.value.freeBytes : undefined,
    },
    risks: [...(problem ? [{ ...problem, severity: "risk" } as const] : []), ...whyOf(space)],
  };
}

function whyOf(fact: Fact<unknown>): readonly Problem[] {
  return fact.is === "unknown" ? [fact.why] : [];
}

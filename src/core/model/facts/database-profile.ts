import { type Fact, known, unknown } from "../../base/fact.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import { isJsonObject } from "../../base/json.ts";
import type { Problem } from "../../base/problem.ts";
import { type Codec, flag, text, whole } from "./codec.ts";
import { notUnderstood } from "./not-understood.ts";

const members = {
  /** The server, as it calls itself: `SQL01\CM`. */
  server: text,
  /** `Standard Edition (64-bit)`. */
  edition: text,
  /** `16.0.4105.2`. */
  engineVersion: text,
  /** `RTM CU14`. */
  engineLevel: text,
  instanceCollation: text,
  databaseCollation: text,
  recoveryModel: text,
  compatibilityLevel: whole,
  /** The login that owns the database: `sa`, whatever it is called now, or its identifier. */
  owner: text,
  trustworthy: flag,
  broker: flag,
  brokerPriority: flag,
  clrEnabled: flag,
  /** Bytes. */
  maxTextReplSize: whole,
} as const;

type Members = typeof members;
type ValueOf<Name extends keyof Members> = Members[Name] extends Codec<infer Value> ? Value : never;

/**
 * How a database and its instance were set when a backup was taken: what a restored copy has to find again,
 * and what a restore leaves to be set by hand. Each member is known, or unknown with its cause.
 */
export type DatabaseProfile = { readonly [Name in keyof Members]: Fact<ValueOf<Name>> };

/** The name of a member of a profile. */
export type ProfileMember = keyof DatabaseProfile;

/** The members in the order in which people are shown them. */
export const profileMembers = Object.keys(members) as readonly ProfileMember[];

/**
 * A profile as it travels: a value as it is, and for one that is unknown `{ "unknown": … }` with the problem
 * that kept it from being read. What is not there, or not understood, is read as unknown.
 */
export const databaseProfile: Codec<DatabaseProfile> = {
  write: (profile) =>
    Object.fromEntries(
      profileMembers.flatMap((name): readonly [string, Json][] => {
        const fact: Fact<unknown> = profile[name];
        if (fact.is === "absent") return [];
        return [
          [name, fact.is === "known" ? (fact.value as Json) : { unknown: fact.why as unknown as Json }],
        ];
      }),
    ),
  read: (json) => {
    if (!isJsonObject(json)) return undefined;
    return Object.fromEntries(
      profileMembers.map((name) => [name, readMember(json, name)]),
    ) as DatabaseProfile;
  },
};

function readMember(json: JsonObject, name: ProfileMember): Fact<unknown> {
  const written = Object.hasOwn(json, name) ? json[name] : undefined;
  const value = written === undefined ? undefined : members[name].read(written);
  if (value !== undefined) return known(value);
  const why = written !== undefined && isJsonObject(written) ? readProblem(written["unknown"]) : undefined;
  return unknown(why ?? notUnderstood(name));
}

function readProblem(json: Json | undefined): Problem | undefined {
  if (json === undefined || !isJsonObject(json)) return undefined;
  const isWhole = ["code", "severity", "message", "where", "hint"].every(
    (it) => typeof json[it] === "string",
  );
  return isWhole ? (json as unknown as Problem) : undefined;
}

import type { Instant } from "../../base/instant.ts";
import { canonicalJson } from "../../base/json.ts";
import type { Problem } from "../../base/problem.ts";
import type { NotifyRule } from "./resolved-policy.ts";
import type { SecretRef } from "./source.ts";

/** Something red that is told once when it begins and once more when it is over. Plain JSON. */
export interface Cause {
  /** The code, what it is about, and whose it is: equal keys are one cause, however it is worded by now. */
  readonly key: string;
  /** Which rules ask for it. */
  readonly event: Exclude<NotifyRule["on"][number], "succeeded">;
  readonly problem: Problem;
  /** The source that shows it. Absent: no single one does. */
  readonly source?: string;
}

/** What is red now about a site, or about the policies of a folder. */
export interface CauseLook {
  /** Whom it is about, for people: a site code, or the folder. */
  readonly about: string;
  readonly causes: readonly Cause[];
  /** What nobody could look at: a cause of it that isn't seen may be there all the same. */
  readonly unseen: Unseen;
  /** A sentence that every message carries: where the site stands in the window. Absent: none. */
  readonly because?: string;
}

/** What a look did not reach. */
export interface Unseen {
  /** Nothing was seen: the repository or the policies can't be read. */
  readonly all: boolean;
  /** Names of the sources that did not answer. */
  readonly sources: readonly string[];
  /** Some hazards could not be judged. */
  readonly hazards: boolean;
}

/** A webhook, and what it has been told so far: what a machine remembers of it. */
export interface ToldTarget extends NotifyRule {
  /** Causes that it was told of, and not yet that they are over. */
  readonly told: readonly ToldCause[];
  /** Set since the last try failed, until a message arrives. */
  readonly undelivered?: Undelivered;
}

/** A cause as it was told. */
export interface ToldCause extends Cause {
  /** The instant of the message, by this machine's clock. */
  readonly at: Instant;
}

/** Why a webhook knows less than it should. */
export interface Undelivered {
  /** When the first message that it lacks was to be delivered. */
  readonly since: Instant;
  /** What the last try met, without secrets. */
  readonly why: string;
}

/** A webhook that lacks a message, as it is shown. */
export interface UndeliveredAlarm extends Undelivered {
  readonly webhook: SecretRef;
}

/** What one webhook is to be told now, and what it knows once it was. */
export interface News {
  readonly begun: readonly Cause[];
  readonly over: readonly ToldCause[];
  /** All that the webhook has been told of, once this has arrived. */
  readonly told: readonly ToldCause[];
}

/** How a webhook is named in messages: by where its address is, and never by the address. */
export function webhookName(reference: SecretRef): string {
  if ("env" in reference) return `env:${reference.env}`;
  if ("file" in reference) return `file:${reference.file}`;
  return "credential" in reference ? `credential:${reference.credential}` : `command:${reference.command[0]}`;
}

/** Whether two references are one webhook. */
export function isSameWebhook(left: SecretRef, right: SecretRef): boolean {
  return canonicalJson(left) === canonicalJson(right);
}

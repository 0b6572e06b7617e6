import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { LabError } from "./lab-error.ts";
import { plainSettings, type ServerLanguage, type ServerSettings } from "./sql/server-settings.ts";

/** What moves in a lab: the clocks, and what is broken. Servers that run look at it again and again. */
export interface LabState {
  /** How far the hierarchy's clock is ahead of this machine's. */
  readonly clockOffsetMs: number;
  /** How much further single machines are ahead. */
  readonly hostClockOffsetMs: Readonly<Record<string, number>>;
  /** Names of the incidents that are on. */
  readonly incidents: readonly string[];
  /** In which language the servers speak; English unless it is set. */
  readonly language?: ServerLanguage;
  /** Rights that logins were stripped of, by user, as DENY names them: `SELECT ON dbo.ServerData`. */
  readonly denied?: Readonly<Record<string, readonly string[]>>;
  /** Counts the changes that were made, so that each differs from the last. */
  readonly changes: number;
}

/** Reads the state; a `LabError` where it is missing or is none. */
export function readState(lab: string): LabState {
  try {
    const state = JSON.parse(readFileSync(stateFile(lab), "utf8")) as LabState | null;
    if (typeof state?.clockOffsetMs === "number") return state;
    throw new Error("it holds no state");
  } catch (thrown) {
    const why = (thrown as Error).message;
    throw new LabError(`The lab in ${lab} is not whole: its state.json can't be used (${why}).`, {
      cause: thrown,
    });
  }
}

/** Changes the state whole: a server that reads meanwhile sees the old one or the new one. */
export function updateState(lab: string, change: Partial<LabState>): LabState {
  const state = { ...readState(lab), ...change };
  writeState(lab, state);
  return state;
}

export function writeState(lab: string, state: LabState): void {
  const file = stateFile(lab);
  writeFileSync(`${file}.new`, JSON.stringify(state, undefined, 2));
  renameSync(`${file}.new`, file);
}

/** The time of the hierarchy, or of one of its machines. */
export function labNow(lab: string, host?: string): number {
  return moved(readState(lab), host);
}

/**
 * A clock that shows the hierarchy's time. It looks at the state again when the file has changed, so that
 * whoever holds it grows older with the lab.
 */
export function labClock(lab: string): () => number {
  let readAt: number | undefined;
  let offsetMs = 0;
  return () => {
    const writtenAt = statSync(stateFile(lab), { throwIfNoEntry: false })?.mtimeMs;
    if (writtenAt === undefined || writtenAt !== readAt) offsetMs = readState(lab).clockOffsetMs;
    readAt = writtenAt;
    return Date.now() + offsetMs;
  };
}

/** A view of the state for a server: cheap to ask often, and never older than the file. */
export interface LiveState {
  now(host: string): number;
  incidents(): readonly string[];
  settings(): ServerSettings;
}

const lookAgainAfterMs = 50;

export function watchState(lab: string): LiveState {
  let state = readState(lab);
  let lookedAt = performance.now();
  let modified = statSync(stateFile(lab)).mtimeMs;
  const current = (): LabState => {
    if (performance.now() - lookedAt < lookAgainAfterMs) return state;
    lookedAt = performance.now();
    const found = statSync(stateFile(lab), { throwIfNoEntry: false })?.mtimeMs ?? modified;
    if (found !== modified) state = readState(lab);
    modified = found;
    return state;
  };
  return {
    now: (host) => moved(current(), host),
    incidents: () => current().incidents,
    settings: () => {
      const { language = plainSettings.language, denied = plainSettings.denied } = current();
      return { language, denied };
    },
  };
}

function moved(state: LabState, host: string | undefined): number {
  const own = host === undefined ? 0 : (state.hostClockOffsetMs[host] ?? 0);
  return Date.now() + state.clockOffsetMs + own;
}

function stateFile(lab: string): string {
  return join(lab, "state.json");
}

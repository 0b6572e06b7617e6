import { labAt } from "./create-lab.ts";
import { readState } from "./lab-state.ts";
import { runningServers, type RunningServers } from "./running-lab.ts";

/** How a lab stands. */
export interface LabStatus {
  readonly folder: string;
  readonly running: RunningServers | undefined;
  /** The hierarchy's time. */
  readonly nowMs: number;
  readonly clockOffsetMs: number;
  /** Machines whose clocks are not the hierarchy's. */
  readonly hostClockOffsetMs: Readonly<Record<string, number>>;
  readonly incidents: readonly string[];
  readonly changes: number;
}

export function labStatus(folder: string): LabStatus {
  const lab = labAt(folder);
  const state = readState(lab);
  return { folder: lab, running: runningServers(lab), nowMs: Date.now() + state.clockOffsetMs, ...state };
}

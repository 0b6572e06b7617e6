import { appendFileSync, existsSync, readFileSync } from "node:fs";

/**
 * What a process of tests writes down before and after each try, so that the next one goes on where it was
 * ended: an endless loop ends no other way.
 *
 * - `begins`: a test is run unbroken.
 * - `reaches`: the breaks that it comes by.
 * - `constant`: breaks that were come by while files were loaded.
 * - `tries`: a break is awake from now on, for as many milliseconds at most.
 * - `alive`, `killed`: how the try ended.
 * - `spoilt`: the test fails unbroken too since then, so that the try says nothing.
 * - `stuck`: the try did not end. Written by who ended the process.
 * - `unfit`: the test failed unbroken, at once or when it was run again.
 * - `leaves`: the process is to be ended, and another to go on.
 */
export type Step =
  | { readonly is: "begins"; readonly test: string; readonly limitMs: number }
  | { readonly is: "reaches"; readonly test: string; readonly mutants: readonly string[] }
  | { readonly is: "constant"; readonly mutants: readonly string[] }
  | { readonly is: "leaves" }
  | { readonly is: "unfit"; readonly test: string }
  | { readonly is: "tries"; readonly test: string; readonly mutant: string; readonly limitMs: number }
  | {
      readonly is: "alive" | "killed" | "spoilt" | "stuck";
      readonly test: string;
      readonly mutant: string;
    };

export class Trail {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  add(step: Step): void {
    appendFileSync(this.#path, `${JSON.stringify(step)}\n`);
  }

  read(): readonly Step[] {
    if (!existsSync(this.#path)) return [];
    const lines = readFileSync(this.#path, "utf8").split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Step);
  }
}

/** What is known of each break, from all that was written down. */
export class Tried {
  readonly reached = new Map<string, ReadonlySet<string>>();
  readonly noticed = new Map<string, "Killed" | "Timeout">();
  readonly constant = new Set<string>();
  readonly unfit = new Set<string>();
  readonly #alive = new Set<string>();

  constructor(steps: readonly Step[]) {
    for (const step of steps) this.take(step);
  }

  take(step: Step): void {
    switch (step.is) {
      case "reaches":
        this.reached.set(step.test, new Set(step.mutants));
        break;
      case "constant":
        for (const mutant of step.mutants) this.constant.add(mutant);
        break;
      case "killed":
        this.noticed.set(step.mutant, "Killed");
        break;
      case "stuck":
        this.noticed.set(step.mutant, "Timeout");
        break;
      case "alive":
        this.#alive.add(`${step.mutant} ${step.test}`);
        break;
      case "unfit":
        this.unfit.add(step.test);
        break;
      case "begins":
      case "tries":
      case "spoilt":
      case "leaves":
        break;
    }
  }

  /** The breaks that are yet to be tried with a test which reaches these. */
  open(test: string, reached: Iterable<string>): readonly string[] {
    return [...reached].filter(
      (mutant) => !this.noticed.has(mutant) && !this.#alive.has(`${mutant} ${test}`),
    );
  }
}

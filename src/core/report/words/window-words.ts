import type { WindowVerdict } from "../../model/window.ts";
import type { Style } from "./paint.ts";

/** How each state of the window looks. */
export const windowStyle: Readonly<Record<WindowVerdict["state"], Style>> = {
  inside: "good",
  closing: "warn",
  outside: "bad",
  "not-proven": "warn",
  none: "dim",
};

/** The word for a state, as a reader sees it. */
export function windowState(state: WindowVerdict["state"]): string {
  return state === "not-proven" ? "not proven" : state;
}

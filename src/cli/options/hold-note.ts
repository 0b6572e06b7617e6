import { textOption, type CommandCall } from "../command/command.ts";
import { invalidOption } from "./invalid-option.ts";

const lettersMax = 500;

/** Why a point is held, as `--hold WHY` or `--because WHY` say it: one line for whoever asks in a year. */
export function readNote(call: CommandCall, option: "because" | "hold"): string | undefined {
  const note = textOption(call, option)?.trim();
  if (note === undefined) return undefined;
  if (note === "") throw invalidOption(`--${option}`, "it is empty", "Say why, in a few words.");
  if (/\p{Cc}/u.test(note) || note.length > lettersMax)
    throw invalidOption(
      `--${option}`,
      `it is longer than ${lettersMax} letters, or than a line`,
      "Say it in one line, and name the page or ticket that says more.",
    );
  return note;
}

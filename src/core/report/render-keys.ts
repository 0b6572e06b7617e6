import type { KeySlotView } from "../model/key-slot-view.ts";
import { noPaint, type Paint } from "./paint.ts";
import { renderTable } from "./table.ts";

/** Lists the key slots of a repository, and which of them the keys at hand open. Ends with a line feed. */
export function renderKeySlots(slots: readonly KeySlotView[], paint: Paint = noPaint): string {
  return renderTable<KeySlotView>(
    [
      { title: "SLOT", cell: ({ id }) => id },
      { title: "LOCKED BY", cell: lockWords },
      {
        title: "OPENS WITH",
        cell: ({ opensWith }) => opensWith.join(", ") || "none of the keys at hand",
        paint: (text, { opensWith }) => paint(opensWith.length > 0 ? "good" : "warn", text),
      },
    ],
    slots,
  )
    .map((line) => `${line}\n`)
    .join("");
}

function lockWords({ by, copies }: KeySlotView): string {
  if (by === "unreadable") return "damaged, opens nothing";
  return `${by === "key-file" ? "key file" : "password"}${copies < 2 ? " (one of its two objects is gone)" : ""}`;
}

import { formatBytes } from "../base/bytes.ts";
import { formatMinute } from "../base/instant.ts";
import type { KeyJudge, KeyProof, ProofWorth } from "../model/repository/key-proof.ts";
import type { KeySlotView } from "../model/repository/key-slot-view.ts";
import { noPaint, type Paint } from "./words/paint.ts";
import { renderTable } from "./words/table.ts";

/** Lists the key slots of a repository, and which of them the keys at hand open. Ends with a line feed. */
export function renderKeySlots(slots: readonly KeySlotView[], paint: Paint = noPaint): string {
  // What was proven is sealed: only a key that opens the repository reads it.
  const isOpen = slots.some(({ opensWith }) => opensWith.length > 0);
  return renderTable<KeySlotView>(
    [
      { title: "SLOT", cell: ({ id }) => id },
      { title: "LOCKED BY", cell: lockWords },
      {
        title: "OPENS WITH",
        cell: ({ opensWith }) => opensWith.join(", ") || "none of the keys at hand",
        paint: (text, { opensWith }) => paint(opensWith.length > 0 ? "good" : "warn", text),
      },
      { title: "LAST PROVEN", cell: (slot) => (isOpen ? proofWords(slot) : "not known") },
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

function proofWords({ lastProof }: KeySlotView): string {
  return lastProof === undefined ? "never" : `${formatMinute(lastProof.at)} on ${lastProof.machine}`;
}

/** A proof that was just made. `uncounted` says why it does not count, where it does not. */
export interface ShownProof {
  readonly repository: string;
  readonly proof: KeyProof;
  readonly worth: ProofWorth;
  readonly judgedBy: KeyJudge;
  readonly uncounted: { readonly message: string; readonly hint: string } | undefined;
}

/**
 * Says what was read with a key, which one it is, where, and until when that counts. Ends with a line feed.
 */
export function renderKeyProof(
  { repository, proof, worth, judgedBy, uncounted }: ShownProof,
  paint: Paint = noPaint,
): string {
  const { slot, machine, at, snapshot, bytes } = proof;
  const content = bytes === 0 ? "which has no content" : `and ${formatBytes(bytes)} of its content`;
  const lines = [
    `The key of the slot ${slot} opened ${repository} on ${machine} at ${formatMinute(at)}.`,
    `Read with it: the snapshot ${snapshot}, ${content}.`,
    ...(uncounted === undefined
      ? [
          paint("good", `Filed as the proof of a second key. It counts until ${formatMinute(worth.until)}.`),
          ...(judgedBy === "defaults" ? [siteDecides] : []),
        ]
      : [paint("bad", uncounted.message), `  ${paint("dim", `→ ${uncounted.hint}`)}`]),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

const siteDecides =
  "That is what a policy says by default. The site's own policy may ask for it sooner: `sitekeep status` there shows it.";

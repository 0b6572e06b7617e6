import { hour, type Instant } from "../../core/base/instant.ts";
import { type Coverage, coverageMs } from "../../core/model/repository/coverage.ts";
import { decodeLedgerPage, encodeLedgerPage, type LedgerPage } from "../format/ledger-page.ts";
import { ledgerFolder, ledgerName } from "../format/layout.ts";
import { asDamage, type ObjectStore, putDrawn, unlessAbsent } from "./object-store.ts";
import { forEachLimited } from "../../threads/parallel.ts";

const requestsMax = 32;
/** A page that is dated later than this from now was written under a wrong clock, and proves nothing yet. */
const clockSlackMs = hour;

/** When each pack was proven last, by its mark. Pages that can't be read prove nothing. */
export class Ledger {
  readonly #pages: ReadonlyMap<string, LedgerPage>;
  readonly #provenAt = new Map<string, Instant>();

  private constructor(pages: ReadonlyMap<string, LedgerPage>, now: Instant) {
    this.#pages = pages;
    for (const { at, packs } of pages.values()) {
      if (at > now + clockSlackMs) continue;
      for (const pack of packs) this.#provenAt.set(pack, Math.max(at, this.provenAt(pack)));
    }
  }

  static async read(store: ObjectStore, now: Instant): Promise<Ledger> {
    const pages = new Map<string, LedgerPage>();
    await forEachLimited(store.backend.list(ledgerFolder), requestsMax, async ({ name }) => {
      const page = await unlessAbsent(readPage(store, name));
      if (page) pages.set(name, page);
    });
    return new Ledger(pages, now);
  }

  /** 0 for a pack that was never proven. */
  provenAt(mark: string): Instant {
    return this.#provenAt.get(mark) ?? 0;
  }

  coverage(packs: ReadonlyMap<string, number>, now: Instant): Coverage {
    let [packBytes, provenBytes] = [0, 0];
    for (const [name, bytes] of packs) {
      packBytes += bytes;
      if (this.provenAt(packMark(name)) > now - coverageMs) provenBytes += bytes;
    }
    return { packBytes, provenBytes };
  }

  /** Pages all of whose packs are gone or were proven again later. */
  superseded(packs: ReadonlyMap<string, number>): readonly string[] {
    const present = new Set(packs.keys().map(packMark));
    const isOld = ({ at, packs: marks }: LedgerPage) =>
      marks.every((mark) => !present.has(mark) || this.provenAt(mark) > at);
    return [...this.#pages].filter(([, page]) => isOld(page)).map(([name]) => name);
  }
}

async function readPage(store: ObjectStore, name: string): Promise<LedgerPage> {
  const body = await store.get({ type: "ledger", name });
  return asDamage(name, () => decodeLedgerPage(body));
}

/** Notes that packs were proven. */
export async function addLedgerPage(store: ObjectStore, page: LedgerPage): Promise<void> {
  if (page.packs.length === 0) return;
  const drawn = { type: "ledger", randomBytes: 16, nameOf: ledgerName } as const;
  await store.notes.write(ledgerNote, () => putDrawn(store, drawn, encodeLedgerPage(page)));
}

/** Takes pages away that say nothing any more. */
export async function removeLedgerPages(
  { notes, backend }: ObjectStore,
  names: readonly string[],
): Promise<void> {
  await notes.write(ledgerNote, async () => {
    for (const name of names) await backend.remove(name);
  });
}

const ledgerNote = {
  what: "in the repository's ledger which packs were proven",
  means: "What was found is true; the next check reads the same packs again.",
};

/** The first 16 digits of a pack's digest, out of its object's name. */
export function packMark(name: string): string {
  const digest = name.lastIndexOf("/") + 1;
  return name.slice(digest, digest + 16);
}

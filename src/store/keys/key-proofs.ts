import type { KeyProof, ProvenSlots } from "../../core/model/repository/key-proof.ts";
import { decodeKeyProof, encodeKeyProof } from "../format/key-proof-object.ts";
import { keyProofFolder, keyProofName } from "../format/layout.ts";
import { readKeySlots } from "./key-slots.ts";
import { asDamage, type ObjectStore, putDrawn, unlessAbsent } from "../objects/object-store.ts";
import { forEachLimited } from "../../threads/parallel.ts";
import { ObjectTooNew } from "../objects/repository-errors.ts";

const requestsMax = 16;

/** The slots that can be opened, and every proof that can be read, oldest first: any other proves nothing. */
export async function readProvenSlots(store: ObjectStore): Promise<ProvenSlots> {
  const proofs: KeyProof[] = [];
  await forEachLimited(store.backend.list(keyProofFolder), requestsMax, async ({ name }) => {
    const proof = await unlessAbsent(readKeyProof(store, name)).catch(passUnlessTooNew);
    if (proof) proofs.push(proof);
  });
  const slots = await readKeySlots(store.backend, store.secret.repository);
  return {
    slots: slots.filter((it) => it.slot).map((it) => it.id),
    proofs: proofs.sort((left, right) => left.at - right.at),
  };
}

/** Files that a key has opened the repository, and that something was read with it. */
export async function addKeyProof(store: ObjectStore, proof: KeyProof): Promise<void> {
  await putDrawn(store, { type: "keyProof", randomBytes: 10, nameOf: keyProofName }, encodeKeyProof(proof));
}

async function readKeyProof(store: ObjectStore, name: string): Promise<KeyProof> {
  const body = await store.get({ type: "keyProof", name });
  return asDamage(name, () => decodeKeyProof(body));
}

function passUnlessTooNew(error: unknown): undefined {
  if (!(error instanceof ObjectTooNew)) throw error;
  return undefined;
}

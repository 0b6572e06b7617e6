import type { KeySlotView } from "../../core/model/repository/key-slot-view.ts";
import type { RepositoryAddress, ResolvedPolicy } from "../../core/model/policy/resolved-policy.ts";
import { isOnlySecondKey } from "../../engine/repository/prove-key.ts";
import { openRepositoryKeys, type RepositoryKeys } from "../../engine/repository/repository-keys.ts";
import type { Session } from "../../engine/session/session.ts";
import type { CommandCall } from "../command/command.ts";
import type { ErrorCode, ExitCode } from "../command/exit-code.ts";
import type { Document, DocumentResult } from "../command/result.ts";
import { withAddress } from "./with-repository.ts";

/** The keys of the repository that was chosen. */
export interface WithRepositoryKeys {
  readonly session: Session;
  readonly address: RepositoryAddress;
  /** Empty when the repository was named by its folder. */
  readonly policies: readonly ResolvedPolicy[];
  readonly keys: RepositoryKeys;
}

/** Runs `work` on the key slots of one repository, chosen as every command chooses it. */
export function withRepositoryKeys<Code extends ExitCode>(
  call: CommandCall,
  work: (given: WithRepositoryKeys) => Promise<DocumentResult<Code>>,
): Promise<DocumentResult<Code | ErrorCode>> {
  return withAddress(call, async (given) =>
    work({ ...given, keys: await openRepositoryKeys(given.session, given.address) }),
  );
}

/** The document of a command about keys. */
export function keysDocument<Members extends object>(members: Members): Document & Members {
  return { apiVersion: "sitekeep/keys/v1", ...members };
}

/** A key that left its slot is no secret that was taken back. */
export const removedKeyWarning =
  "A removed key opens this repository no more. Whoever opened it with that key before and kept the master key, or a copy of the repository from then, still reads all of it: only a new repository ends that.";

/** Says it where a slot is about to go whose key alone opened the repository on another machine. */
export async function warnOfOnlySecondKey(
  { screen }: CommandCall,
  { session, address, policies }: WithRepositoryKeys,
  going: { readonly slots: readonly KeySlotView[]; readonly id: string },
): Promise<void> {
  if (await isOnlySecondKey(session, { address, policies }, going))
    screen.remark(
      `${going.id} is the only key that was proven on another machine: without it the repository may be lost with this site.`,
    );
}

import { titleOf } from "../../core/model/policy/location.ts";
import type { RepositoryAddress } from "../../core/model/policy/resolved-policy.ts";
import { hasRepository } from "../../engine/session/repositories.ts";
import type { Session } from "../../engine/session/session.ts";
import type { RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { madeKeyWords, makeKeyFile } from "../session/new-file.ts";
import { withAddress } from "../session/with-repository.ts";

/** `sitekeep repo init`: makes the repository that the policies name, or says that it is there. */
export const run: RunCommand = (call) =>
  withAddress(call, async ({ session, address }) => {
    const isMade = !(await hasRepository(session, address));
    const keysMade = isMade ? await makeMissingKeys(address) : [];
    const { id, isEncrypted } = await openOrMake(session, address);
    const { name, location } = address;
    const facts = { name, ...location, id, made: isMade, encrypted: isEncrypted, keysMade };
    return {
      exitCode: exitCode.done,
      document: () => ({ apiVersion: "sitekeep/repository/v1", ...facts }),
      text: () => [...keysMade.map(madeKeyWords), initWords(address, facts)],
    };
  });

interface InitFacts {
  readonly made: boolean;
  readonly encrypted: boolean;
}

function initWords({ name, location }: RepositoryAddress, { made, encrypted }: InitFacts): string {
  const place = titleOf(location);
  const lock = encrypted
    ? "Its keys open it."
    : "It is not encrypted: whoever reads its folder reads all of it.";
  return made
    ? `Made the repository ${name} in ${place}. ${lock}`
    : `The repository ${name} is in ${place} already, and stays as it is. ${lock}`;
}

/**
 * Key files that are not there yet. Only for a repository that is not there either: an old one needs its own
 * key.
 */
async function makeMissingKeys({ keys }: RepositoryAddress): Promise<readonly string[]> {
  const made: string[] = [];
  for (const key of keys) if (key.as === "key-file" && (await makeKeyFile(key.file))) made.push(key.file);
  return made;
}

async function openOrMake(session: Session, address: RepositoryAddress) {
  const opened = await session.repository(address, { create: true });
  if (!opened.exists)
    throw new Error(`The repository in ${titleOf(address.location)} went while it was made.`);
  return opened.repository;
}

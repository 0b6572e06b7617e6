import { ProblemError } from "../../core/base/problem.ts";
import type { SecretRef } from "../../core/model/policy/source.ts";
import { readKeyAt } from "../../engine/session/repositories.ts";
import { readSecret } from "../../engine/session/secrets.ts";
import type { Session } from "../../engine/session/session.ts";
import type { RepositoryKey } from "../../store/keys/keys.ts";
import { textOption, type CommandCall } from "../command/command.ts";
import { askSecret } from "../screen/ask.ts";
import { invalidOption } from "../options/invalid-option.ts";
import { makeKeyFile } from "./new-file.ts";

/** A key that is to open a repository from now on. */
export interface NewKey {
  readonly key: RepositoryKey;
  /** The key file that was made for it, if one was. */
  readonly madeFile?: string;
}

const ways = ["--new-key-file", "--new-password", "--new-password-from"];

/**
 * The key that the options name: a key file, made if it is not there, or a password, which is never an
 * argument.
 */
export async function readNewKey(call: CommandCall, session: Session): Promise<NewKey> {
  const file = textOption(call, "newKeyFile");
  const from = textOption(call, "newPasswordFrom");
  const asked = call.options["newPassword"] === true;
  if ([file !== undefined, from !== undefined, asked].filter(Boolean).length !== 1)
    throw invalidOption(ways.join(", "), "one of them says which key is meant", "Give exactly one of them.");
  if (file !== undefined) return readNewKeyFile(session, file);
  const { world, redactor } = session;
  const password = asked
    ? await askTwice(call)
    : await readSecret(world, redactor, parseSecretRef("--new-password-from", from!));
  redactor.register(password);
  return { key: { password } };
}

/** `env:NAME`, `file:PATH`, `credential:NAME` or `command:PROGRAM`: where a secret is, as policies say it. */
export function parseSecretRef(option: string, text: string): SecretRef {
  const [, kind, name] = /^(env|file|credential|command):(.+)$/s.exec(text) ?? [];
  if (name === undefined)
    throw invalidOption(
      option,
      "it says where a password is, and is never the password itself",
      "Write env:NAME, file:PATH, credential:NAME or command:PROGRAM.",
    );
  if (kind === "env") return { env: name };
  if (kind === "file") return { file: name };
  return kind === "credential" ? { credential: name } : { command: [name] };
}

async function readNewKeyFile({ world }: Session, file: string): Promise<NewKey> {
  const isMade = await makeKeyFile(file);
  const key = { keyFile: await readKeyAt(world, file, "--new-key-file") };
  return isMade ? { key, madeFile: file } : { key };
}

async function askTwice(call: CommandCall): Promise<string> {
  if (!call.screen.interactive) throw new ProblemError(nobodyToAsk);
  const first = await askSecret(call, "New password");
  if (first === "") throw invalidOption("--new-password", "it is empty", "Type one of several words.");
  if ((await askSecret(call, "The same once more")) === first) return first;
  throw invalidOption("--new-password", "the two are not the same", "Run the command again.");
}

const nobodyToAsk = {
  code: "confirmation-needed",
  severity: "error",
  message: "No password can be typed: this is no terminal.",
  where: "--new-password",
  hint: "Run it on a terminal, or say where the password is with --new-password-from env:NAME or file:PATH.",
} as const;

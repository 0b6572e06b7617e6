import type { StatementOption } from "../language/statement.ts";
import { unsupported } from "../sql-error.ts";
import { evaluateNumber, evaluateText, type StatementContext } from "../execute/statement-context.ts";

/** The options of a BACKUP or RESTORE by name, their values evaluated. */
export interface Options {
  has(name: string): boolean;
  text(name: string): string | null;
  number(name: string): number | undefined;
  /** Algorithm and certificate of ENCRYPTION. */
  readonly encryption: { readonly algorithm: string; readonly certificate: string } | undefined;
  /** The pairs of MOVE … TO …. */
  readonly moves: readonly { readonly logical: string; readonly physical: string }[];
}

const backupOptions = new Set(
  "NAME DESCRIPTION INIT NOINIT FORMAT NOFORMAT SKIP NOSKIP CHECKSUM NO_CHECKSUM COMPRESSION NO_COMPRESSION COPY_ONLY DIFFERENTIAL STATS MAXTRANSFERSIZE BUFFERCOUNT BLOCKSIZE NOREWIND REWIND NOUNLOAD UNLOAD STOP_ON_ERROR CONTINUE_AFTER_ERROR MEDIANAME MEDIADESCRIPTION NO_TRUNCATE ENCRYPTION".split(
    " ",
  ),
);
const restoreOptions = new Set(
  "MOVE REPLACE NORECOVERY RECOVERY FILE STATS CHECKSUM NO_CHECKSUM MAXTRANSFERSIZE BUFFERCOUNT NOREWIND REWIND NOUNLOAD UNLOAD STOP_ON_ERROR CONTINUE_AFTER_ERROR LOADHISTORY RESTRICTED_USER".split(
    " ",
  ),
);

/** Checks and reads the options after WITH; one that the lab does not know is refused. */
export function readOptions(
  context: StatementContext,
  options: readonly StatementOption[],
  statement: "backup" | "restore",
): Options {
  const known = statement === "backup" ? backupOptions : restoreOptions;
  const strange = options.find((it) => !known.has(it.name));
  if (strange !== undefined) throw unsupported(`the option ${strange.name}`);
  const find = (name: string): StatementOption | undefined => options.findLast((it) => it.name === name);
  return {
    has: (name) => find(name) !== undefined,
    text: (name) => {
      const value = find(name)?.value;
      return value === undefined ? null : evaluateText(context, value);
    },
    number: (name) => {
      const value = find(name)?.value;
      return value === undefined ? undefined : evaluateNumber(context, value);
    },
    encryption: encryptionIn(context, find("ENCRYPTION")),
    moves: options
      .filter((it) => it.name === "MOVE")
      .map((it) => ({ logical: evaluateText(context, it.value!), physical: evaluateText(context, it.to!) })),
  };
}

function encryptionIn(context: StatementContext, option: StatementOption | undefined): Options["encryption"] {
  if (option === undefined) return undefined;
  const [algorithm, certificate] = [option.value!, option.to!].map((it) => evaluateText(context, it));
  return { algorithm: algorithm!, certificate: certificate! };
}

import type { Problem, Severity } from "../../../core/base/problem.ts";
import type { ProblemCode } from "../../../core/base/problem-codes.ts";
import { aboutMachine } from "../../../core/base/subject.ts";
import { given } from "../../../core/base/given.ts";

/** What was being done, and to which file, when the system refused. */
export interface FilePlace {
  readonly where: string;
  /** The file's path as the policy or the operator knows it. */
  readonly path: string;
  /** What the file is, at the start of a sentence: `The content library`. */
  readonly what: string;
  readonly severity?: Severity;
  /** The machine whose drive the path is on, where the path does not say so. */
  readonly on?: string | undefined;
}

/** Says what an operator is to do about an error of the file system. */
export function fileProblem(
  error: Pick<NodeJS.ErrnoException, "code" | "message">,
  place: FilePlace,
): Problem {
  const cure = cures[error.code ?? ""] ?? otherwise;
  return {
    code: cure.code,
    severity: place.severity ?? "error",
    message: `${place.what} ${cure.says}: ${place.path}${cure === otherwise ? ` (${error.code ?? error.message})` : ""}`,
    where: place.where,
    hint: cure.hint(place),
    about: aboutMachine({ kind: "file", path: place.path, ...given({ on: place.on }) }),
  };
}

interface Cure {
  readonly code: ProblemCode;
  readonly says: string;
  hint(place: FilePlace): string;
}

const missing: Cure = {
  code: "file-missing",
  says: "is not there",
  hint: ({ path }) =>
    isShare(path)
      ? "Check the path and the share's name; create or restore it."
      : "Check the path in the policy.",
};

const denied: Cure = {
  code: "file-access-denied",
  says: "may not be read",
  hint: ({ path }) =>
    isShare(path)
      ? "Give the account that runs sitekeep Read on the share and on the NTFS folder (docs/permissions.md)."
      : `Give the account that runs sitekeep Read on the folder: icacls "${path}" /grant "DOMAIN\\account:(OI)(CI)RX"`,
};

const locked: Cure = {
  code: "file-locked",
  says: "is held open by another program",
  hint: () => "Close the program that holds the file (Updates Publisher, for one), or run at another hour.",
};

const unreachable: Cure = {
  code: "share-unreachable",
  says: "can't be reached",
  hint: () => "Check that the machine is on, its name resolves, and file sharing (TCP 445) is open.",
};

const otherwise: Cure = {
  code: "file-unreadable",
  says: "can't be read",
  hint: () => "Check the disk and the system's event log, then run again.",
};

const full: Cure = {
  code: "disk-full",
  says: "could not be written, the disk is full",
  hint: () => "Free space on that disk.",
};

const cures: Readonly<Record<string, Cure>> = {
  ENOENT: missing,
  ENOTDIR: missing,
  EACCES: denied,
  EPERM: denied,
  EBUSY: locked,
  ETXTBSY: locked,
  EHOSTDOWN: unreachable,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ETIMEDOUT: unreachable,
  ENOSPC: full,
};

function isShare(path: string): boolean {
  return path.startsWith("\\\\");
}

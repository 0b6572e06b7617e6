import { localSystemAccount } from "../../../core/outside/site/windows.ts";
import type { Right } from "../../../core/outside/facts/right.ts";
import { isOwnServer } from "./server-name.ts";
import { quoteName } from "./t-sql-text.ts";

/** Who is given a right, and where. */
export interface Grantee {
  readonly server: string;
  readonly database: string;
  /** Absent with Windows authentication. */
  readonly user?: string;
}

/**
 * The login that a statement is for: with Windows authentication it is the account that runs sitekeep. The
 * local system is the machine's account to another machine, and not to its own.
 */
export function loginName({ server, user }: Omit<Grantee, "database">): string {
  return quoteName(user ?? (isOwnServer(server) ? localSystemAccount.name : "DOMAIN\\account$"));
}

/**
 * The statements that give rights, each once, as an administrator of the server can paste them: a user who is
 * made twice is an error.
 */
export function grantsOf(rights: readonly Right[], grantee: Grantee): string {
  const byPlace = new Map<string, Set<string>>();
  for (const { grant } of rights) {
    const [place, ...statements] = grant.split(/(?<=;) /);
    const known = byPlace.get(place!) ?? new Set();
    byPlace.set(place!, known);
    for (const statement of statements) known.add(statement);
  }
  return [...byPlace]
    .flatMap(([place, statements]) => [place, ...statements])
    .join(" ")
    .replaceAll("[database]", () => quoteName(grantee.database))
    .replaceAll("[login]", () => loginName(grantee));
}

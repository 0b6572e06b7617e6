import type { Right } from "../../../core/outside/right.ts";
import { quoteName } from "./t-sql-text.ts";

/** Who is given a right, and where. */
export interface Grantee {
  readonly database: string;
  /** Absent with Windows authentication. */
  readonly user?: string;
}

/** The login that a statement is for: with Windows authentication it is the account that runs sitekeep. */
export function loginName(user: string | undefined): string {
  return quoteName(user ?? "DOMAIN\\account$");
}

/** The statements that give rights, each once, as an administrator of the server can paste them. */
export function grantsOf(rights: readonly Right[], { database, user }: Grantee): string {
  const grants = rights.map(({ grant }) =>
    grant.replaceAll("[database]", () => quoteName(database)).replaceAll("[login]", () => loginName(user)),
  );
  return [...new Set(grants)].join(" ");
}

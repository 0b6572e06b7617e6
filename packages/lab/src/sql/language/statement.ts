import type { SqlType } from "../../tds/sql-type.ts";
import type { Expression, Path, Query } from "./syntax.ts";

/** A table that is written to. */
export interface InsertStatement {
  readonly kind: "insert";
  readonly table: Path;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Expression[])[] | Query | "defaults";
}

export interface UpdateStatement {
  readonly kind: "update";
  readonly table: Path;
  readonly set: readonly { readonly column: string; readonly value: Expression }[];
  readonly where: Expression | undefined;
}

export interface DeleteStatement {
  readonly kind: "delete";
  readonly table: Path;
  readonly where: Expression | undefined;
}

export interface ColumnDeclaration {
  readonly name: string;
  readonly type: SqlType;
  readonly isNotNull: boolean;
  readonly isPrimaryKey: boolean;
  readonly isIdentity: boolean;
}

/** A value in an option list: a word, a number, or an expression such as a variable or a text. */
export type OptionValue = Expression | undefined;

/** `NAME = N'x'`, `CHECKSUM`, `MOVE 'a' TO 'b'` as they stand after WITH; names in capitals. */
export interface StatementOption {
  readonly name: string;
  readonly value: OptionValue;
  /** Of `MOVE … TO …`; the certificate of `ENCRYPTION`. */
  readonly to: OptionValue;
}

export interface BackupStatement {
  readonly kind: "backup";
  readonly what: "DATABASE" | "LOG";
  readonly database: Expression;
  readonly devices: readonly Expression[];
  readonly options: readonly StatementOption[];
}

export interface RestoreStatement {
  readonly kind: "restore";
  readonly what: "DATABASE" | "LOG" | "VERIFYONLY" | "HEADERONLY" | "FILELISTONLY" | "LABELONLY";
  readonly database: Expression | undefined;
  readonly devices: readonly Expression[];
  readonly options: readonly StatementOption[];
}

export type Statement = { readonly line: number } & (
  | { readonly kind: "select"; readonly query: Query }
  | InsertStatement
  | UpdateStatement
  | DeleteStatement
  | { readonly kind: "truncate"; readonly table: Path }
  | { readonly kind: "create-table"; readonly table: Path; readonly columns: readonly ColumnDeclaration[] }
  | { readonly kind: "drop-table"; readonly tables: readonly Path[]; readonly ifExists: boolean }
  | { readonly kind: "track-table"; readonly table: Path; readonly action: "ENABLE" | "DISABLE" }
  | { readonly kind: "set-option" }
  | {
      readonly kind: "declare";
      readonly variables: readonly {
        readonly name: string;
        readonly type: SqlType;
        readonly value: Expression | undefined;
      }[];
    }
  | { readonly kind: "assign"; readonly variable: string; readonly value: Expression }
  | { readonly kind: "print"; readonly value: Expression }
  | {
      readonly kind: "raiserror";
      readonly text: Expression;
      readonly severity: Expression;
      readonly state: Expression;
      readonly arguments: readonly Expression[];
    }
  | {
      readonly kind: "throw";
      readonly number: Expression;
      readonly text: Expression;
      readonly state: Expression;
    }
  | { readonly kind: "waitfor"; readonly delay: Expression }
  | {
      readonly kind: "if";
      readonly condition: Expression;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | { readonly kind: "return" }
  | { readonly kind: "use"; readonly database: string }
  | { readonly kind: "transaction"; readonly action: "begin" | "commit" | "rollback" }
  | { readonly kind: "execute-text"; readonly text: Expression }
  | {
      readonly kind: "execute";
      readonly procedure: string;
      readonly arguments: readonly { readonly name: string; readonly value: Expression }[];
    }
  | { readonly kind: "create-database"; readonly database: string }
  | { readonly kind: "drop-database"; readonly databases: readonly string[]; readonly ifExists: boolean }
  | { readonly kind: "alter-database"; readonly database: string; readonly options: readonly AlterOption[] }
  | { readonly kind: "change-owner"; readonly database: string; readonly owner: string }
  | { readonly kind: "checkdb"; readonly database: Expression | undefined; readonly isQuiet: boolean }
  | {
      readonly kind: "backup-certificate";
      readonly certificate: string;
      readonly file: Expression;
      readonly key:
        | {
            readonly file: Expression;
            readonly password: Expression;
            readonly decryption: Expression | undefined;
          }
        | undefined;
    }
  | { readonly kind: "create-master-key"; readonly password: Expression }
  | {
      readonly kind: "use-master-key";
      readonly action: "open" | "close" | "add-server-key" | "drop";
      readonly password: Expression | undefined;
    }
  | { readonly kind: "drop-certificate"; readonly certificate: string }
  | { readonly kind: "create-certificate"; readonly certificate: string; readonly from: CertificateSource }
  | { readonly kind: "backup-master-key"; readonly file: Expression; readonly password: Expression }
  | BackupStatement
  | RestoreStatement
);

/** Bytes as the statement has them, or a file on the server that holds them. */
export interface BytesSource {
  readonly isFile: boolean;
  readonly value: Expression;
}

/** What a certificate is made of: a subject alone, or what was exported elsewhere. */
export type CertificateSource =
  | { readonly subject: Expression }
  | {
      readonly source: BytesSource;
      readonly key: (BytesSource & { readonly password: Expression | undefined }) | undefined;
    };

/** One thing that ALTER DATABASE … SET changes. */
export type AlterOption =
  | { readonly set: "recovery"; readonly model: string }
  | {
      readonly set: "flag";
      readonly flag: "broker" | "trustworthy" | "broker-priority" | "single-user";
      readonly value: boolean;
    }
  | { readonly set: "new-broker" }
  | { readonly set: "online"; readonly value: boolean }
  | { readonly set: "name"; readonly name: string }
  | {
      readonly set: "change-tracking";
      readonly value: "ON" | "OFF" | "CHANGE";
      readonly retention: number | undefined;
      readonly units: 1 | 2 | 3 | undefined;
      readonly autoCleanup: boolean | undefined;
    }
  | { readonly set: "ignored" };

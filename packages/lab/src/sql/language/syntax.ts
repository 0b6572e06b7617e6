import type { SqlType, SqlValue } from "../../tds/sql-type.ts";

/** A name in up to four parts, the object last: `["msdb", "dbo", "backupset"]`. */
export type Path = readonly string[];

export type Expression =
  | { readonly kind: "literal"; readonly value: SqlValue; readonly type: SqlType }
  | { readonly kind: "column"; readonly path: Path }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "negate" | "not" | "complement"; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: "cast";
      readonly operand: Expression;
      readonly type: SqlType;
      readonly style: number;
      readonly isTry: boolean;
    }
  | Call
  | {
      readonly kind: "case";
      readonly subject: Expression | undefined;
      readonly branches: readonly { readonly when: Expression; readonly result: Expression }[];
      readonly otherwise: Expression | undefined;
    }
  | {
      readonly kind: "in";
      readonly operand: Expression;
      readonly list: readonly Expression[] | Query;
      readonly isNegated: boolean;
    }
  | {
      readonly kind: "between";
      readonly operand: Expression;
      readonly low: Expression;
      readonly high: Expression;
      readonly isNegated: boolean;
    }
  | {
      readonly kind: "like";
      readonly operand: Expression;
      readonly pattern: Expression;
      readonly escape: Expression | undefined;
      readonly isNegated: boolean;
    }
  | { readonly kind: "is-null"; readonly operand: Expression; readonly isNegated: boolean }
  | { readonly kind: "exists"; readonly query: Query }
  | { readonly kind: "subquery"; readonly query: Query };

export interface Call {
  readonly kind: "call";
  /** In capitals, without `dbo.`. */
  readonly name: string;
  readonly arguments: readonly Expression[];
  readonly isDistinct: boolean;
  /** `COUNT(*)` */
  readonly isStar: boolean;
  readonly over:
    { readonly partitionBy: readonly Expression[]; readonly orderBy: readonly OrderItem[] } | undefined;
}

export interface OrderItem {
  readonly by: Expression;
  readonly direction: "ASC" | "DESC";
}

export type SelectItem =
  | { readonly kind: "star"; readonly table: string | undefined }
  | { readonly kind: "value"; readonly value: Expression; readonly alias: string | undefined }
  | { readonly kind: "assign"; readonly variable: string; readonly value: Expression };

export type Source =
  | { readonly kind: "table"; readonly path: Path; readonly alias: string | undefined }
  | {
      readonly kind: "function";
      readonly path: Path;
      readonly arguments: readonly Expression[];
      readonly alias: string | undefined;
    }
  | {
      readonly kind: "derived";
      readonly query: Query;
      readonly alias: string;
      readonly columns: readonly string[];
    }
  | {
      readonly kind: "values";
      readonly rows: readonly (readonly Expression[])[];
      readonly alias: string;
      readonly columns: readonly string[];
    }
  | {
      readonly kind: "join";
      readonly join: "INNER" | "LEFT" | "RIGHT" | "FULL" | "CROSS";
      readonly left: Source;
      readonly right: Source;
      readonly on: Expression | undefined;
    };

export interface Select {
  readonly isDistinct: boolean;
  readonly top: Expression | undefined;
  readonly items: readonly SelectItem[];
  readonly from: readonly Source[];
  readonly where: Expression | undefined;
  readonly groupBy: readonly Expression[];
  readonly having: Expression | undefined;
}

/** One SELECT, or several with UNION, EXCEPT or INTERSECT in between. */
export interface Query {
  readonly tables: readonly {
    readonly name: string;
    readonly columns: readonly string[];
    readonly query: Query;
  }[];
  readonly first: Select;
  readonly rest: readonly { readonly operator: string; readonly select: Select }[];
  readonly orderBy: readonly OrderItem[];
  readonly offset: Expression | undefined;
  readonly fetch: Expression | undefined;
}

/** Versions of SQL Server that an instance can play. */
export type ProductName = "2022" | "2017";

/** What a version says of itself. */
export interface Product {
  readonly name: ProductName;
  readonly version: readonly [major: number, minor: number, build: number];
  readonly update: string;
  readonly databaseVersion: number;
  readonly compatibilityLevel: number;
}

/** Whether the columns and rights that came with SQL Server 2022 are there. */
export function isSince2022({ version }: Product): boolean {
  return version[0] >= 16;
}

export const products: Readonly<Record<ProductName, Product>> = {
  "2022": {
    name: "2022",
    version: [16, 0, 4176],
    update: "CU15",
    databaseVersion: 957,
    compatibilityLevel: 160,
  },
  "2017": {
    name: "2017",
    version: [14, 0, 3456],
    update: "CU31",
    databaseVersion: 869,
    compatibilityLevel: 140,
  },
};

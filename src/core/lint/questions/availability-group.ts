import { databaseColumn } from "./database-column.ts";

/** The site database's number in its availability group; absent where it is in none. */
export const availabilityGroup = databaseColumn(
  "availability-group",
  "CAST(group_database_id AS nvarchar(36))",
  "see whether the site database is in an availability group",
  "guid or NULL",
);

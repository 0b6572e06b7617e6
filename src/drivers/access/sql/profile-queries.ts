import type { Statement } from "../../../core/outside/facts/statement.ts";
import {
  editionProperty,
  collationProperty,
  levelProperty,
  nameProperty,
  updateProperty,
  versionProperty,
} from "../../../core/outside/sql/server-expressions.ts";
import { configurations, databases, siteOptions } from "../../../core/outside/sql/sql-server.ts";

/** What a database is set to, beside what a backup of it needs to know. */
export const databaseSettings: Statement = {
  name: "database settings",
  doing: "read the settings of the database",
  query: `SELECT collation_name AS collation, recovery_model_desc AS recovery_model, compatibility_level AS compatibility,
owner_sid AS owner_sid, is_trustworthy_on AS trustworthy, is_broker_enabled AS broker, is_honor_broker_priority_on AS broker_priority
FROM sys.databases WHERE name = @database;`,
  parameters: ["database"],
  reads: [databases],
  answers: {
    collation: "text or NULL",
    recovery_model: "text",
    compatibility: "whole",
    owner_sid: "bytes",
    trustworthy: "bit",
    broker: "bit",
    broker_priority: "bit",
  },
  always: true,
};

/** What the instance is called since its machine was renamed: `@@SERVERNAME` may still be of before. */
export const currentName: Statement = {
  name: "current name",
  doing: "read the name of the server",
  query: `SELECT CAST(${nameProperty.asked} AS nvarchar(128)) AS current_name;`,
  parameters: [],
  reads: [],
  answers: { current_name: "text" },
  always: true,
};

/** What the instance is. */
export const instanceSettings: Statement = {
  name: "instance settings",
  doing: "read the edition and the version of the server",
  query: `SELECT @@SERVERNAME AS server, CAST(${editionProperty.asked} AS nvarchar(128)) AS edition,
CAST(${versionProperty.asked} AS nvarchar(128)) AS version, CAST(${levelProperty.asked} AS nvarchar(128)) AS level,
CAST(${updateProperty.asked} AS nvarchar(128)) AS update_level,
CAST(${collationProperty.asked} AS nvarchar(128)) AS collation;`,
  parameters: [],
  reads: [],
  answers: {
    server: "text or NULL",
    edition: "text",
    version: /^\d+\.\d+\.\d+/,
    level: "text",
    update_level: "text or NULL",
    collation: "text",
  },
  always: true,
};

const { "code of .NET": clrEnabled, "largest replicated text": maxTextReplSize } = siteOptions.values;

/** What the instance is set to, of the options that a site asks for. */
export const instanceOptions: Statement = {
  name: "instance options",
  doing: "read the options of the server",
  query: `SELECT name AS option_name, CAST(value_in_use AS int) AS option_value FROM sys.configurations
WHERE name IN ('${clrEnabled}', '${maxTextReplSize}');`,
  parameters: [],
  reads: [configurations],
  answers: { option_name: "text", option_value: "whole" },
};

/** The names by which `instanceOptions` gives the two. */
export const optionNames = { clrEnabled, maxTextReplSize } as const;

import type { OutsideFact } from "../facts/outside-fact.ts";
import { goSqlcmd, odbcOptionPage, recordedUsage, sqlcmdPage } from "../facts/witnesses.ts";

/**
 * What the two programs called sqlcmd take and say. ODBC's comes with SQL Server and its command line
 * utilities; the one on its own is written in Go.
 */

/** Characters that either kind writes of a value of a type without a greatest length, unless it is told. */
export const sqlcmdCutsAt = 256;

export const sqlcmdWidth: OutsideFact = {
  id: "sqlcmd -y",
  kind: "option",
  says: `how much is written of a value of a type without a greatest length: ${sqlcmdCutsAt} characters without it; not together with -W`,
  witnesses: [sqlcmdPage, goSqlcmd],
  confidence: 97,
  otherwise: "an answer with a cell of exactly so many characters is broken, and told",
};

/** Characters of a line, at most: a longer one is wrapped. */
export const sqlcmdLineMax = 65_535;

export const sqlcmdLine: OutsideFact = {
  id: "sqlcmd -w",
  kind: "option",
  says: `characters of a line, 9 to ${sqlcmdLineMax}: a longer one is wrapped`,
  witnesses: [sqlcmdPage, goSqlcmd],
  confidence: 98,
  otherwise: "a row of fewer or more cells than there are columns makes the answer broken, and is told",
};

export const sqlcmdTrimmed: OutsideFact = {
  id: "sqlcmd -W -s",
  kind: "option",
  says: "cells without what fills them up, one character between them; names, a line of hyphens, a line for each row, then an empty one",
  witnesses: [sqlcmdPage, goSqlcmd],
  confidence: 95,
  otherwise: "no row is found, or the answer is broken",
};

export const sqlcmdMessages: OutsideFact = {
  id: "sqlcmd -r1",
  kind: "option",
  says: "ODBC's: every message goes to standard error, with its number",
  witnesses: [sqlcmdPage],
  confidence: 93,
  otherwise: "a refusal is known by its exit code, and its cause by what it quotes",
};

export const goSqlcmdMessages: OutsideFact = {
  id: "sqlcmd (Go) -r1",
  kind: "option",
  says: "messages go to standard error without number and severity; without it to standard output with both, information without either",
  witnesses: [goSqlcmd],
  confidence: 92,
  otherwise: "a refusal is known by its exit code, and its cause by what it quotes",
};

export const sqlcmdEncryption: OutsideFact = {
  id: "sqlcmd -N[s|m|o]",
  kind: "option",
  says: "ODBC's: strict, mandatory or optional, in one word; without any it is mandatory. Its usage (-?) names the three",
  versions: "tools of ODBC driver 18; SQL Server 2025",
  witnesses: [sqlcmdPage, recordedUsage],
  confidence: 95,
  otherwise: "an older one is given -N alone, and nothing where encryption is off",
};

export const goSqlcmdEncryption: OutsideFact = {
  id: "sqlcmd (Go) -N",
  kind: "option",
  says: "true or strict: the certificate is checked; without it whatever the server asks for, unchecked",
  witnesses: [sqlcmdPage, goSqlcmd],
  confidence: 95,
  otherwise: "the command refuses the option, and that is told",
};

export const goSqlcmdCertificate: OutsideFact = {
  id: "sqlcmd (Go) -J",
  kind: "option",
  says: "a file with the certificate that the server has to show, in PEM or DER; only where all is encrypted. ODBC's has it outside of Windows alone, and is not given it",
  witnesses: [goSqlcmd, sqlcmdPage],
  confidence: 93,
  otherwise: "an older one refuses the option, and that is told",
};

export const sqlcmdHelp: OutsideFact = {
  id: "sqlcmd '-?'",
  kind: "option",
  says: "what refuses an option quotes '-?', which explains the others, in any language",
  witnesses: [goSqlcmd, recordedUsage],
  confidence: 88,
  otherwise: "a refused option is told as a server that can't be reached, with the command's own words",
};

export const multiSubnet: OutsideFact = {
  id: "sqlcmd -M",
  kind: "option",
  says: "all addresses of a name at once, for listeners of availability groups. The one in Go does so always; ODBC's driver tries one address, then all (TransparentNetworkIPResolution), unless that is turned off",
  versions: "ODBC driver 13.1 and later",
  witnesses: [odbcOptionPage, goSqlcmd],
  confidence: 93,
  otherwise: "a listener whose first address is in another subnet is told as a server that can't be reached",
};

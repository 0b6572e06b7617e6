import { expect, test } from "vitest";
import { failureOf } from "../../../../src/drivers/access/sql/sqlcmd-failure.ts";
import { sqlProblem } from "../../../../src/drivers/access/sql/sql-problems.ts";

const connection = {
  command: ["sqlcmd"],
  server: "sql01\\SMS",
  database: "CM_PS1",
  encrypt: true,
  trustServerCertificate: false,
};
const place = { where: "PS1/database", server: "sql01\\SMS", database: "CM_PS1", doing: "look at CM_PS1" };
const odbc17 = "Sqlcmd: Error: Microsoft ODBC Driver 17 for SQL Server : ";
const odbc18 = "Sqlcmd: Error: Microsoft ODBC Driver 18 for SQL Server : ";

test.each([
  [`${odbc17}Login failed for user 'CONTOSO\\cm01$'..`, 18456],
  [`${odbc17}Login failed for user 'sitekeep'..`, 18456],
  [`${odbc17}Error de inicio de sesión del usuario 'CONTOSO\\cm01$'..`, 18456],
  [`${odbc17}ユーザー 'CONTOSO\\cm01$' はログインできませんでした。.`, 18456],
  ["mssql: login error: Login failed for user 'CONTOSO\\cm01$'.", 18456],
  [`${odbc17}Cannot open database "CM_PS1" requested by the login. The login failed..`, 4060],
  [`${odbc17}No se puede abrir la base de datos "CM_PS1" solicitada por el inicio de sesión..`, 4060],
  [`${odbc17}このログインで要求されたデータベース "CM_PS1" を開けません。ログインに失敗しました。.`, 4060],
  [
    `${odbc17}Login failed. The login is from an untrusted domain and cannot be used with Integrated authentication..`,
    18452,
  ],
  // Nobody is quoted where Windows could not say who it is.
  [`${odbc17}Fehler bei der Anmeldung für den Benutzer ''..`, 18456],
  ["mssql: login error: 用户 'CONTOSO\\cm01$' 登录失败。", 18456],
  [`${odbc17}Échec de l'ouverture de session de l'utilisateur 'CONTOSO\\cm01$'..`, 18456],
])("%s is a refusal of the server, with the number that was dropped", (text, number) => {
  const error = failureOf(text, connection);
  expect(error).toMatchObject({ stage: "login", messages: [{ number, text }] });
  expect(sqlProblem(error, place).code).toBe(number === 4060 ? "sql-database-missing" : "sql-login-refused");
});

test.each([
  `${odbc18}SSL Provider: The certificate chain was issued by an authority that is not trusted.\n.\n${odbc18}Client unable to establish connection.`,
  `${odbc18}SSL Provider: The target principal name is incorrect.\n.\n${odbc18}Client unable to establish connection.`,
  `${odbc18}Proveedor SSL: La cadena de certificación fue emitida por una entidad en la que no se confía.\n.`,
  `${odbc18}SSL プロバイダー: 信頼されていない機関によって証明書チェーンが発行されました。\n.`,
  "HResult 0x80090325, Level 16, State 1\nProveedor SSL: no.\nSqlcmd: Error: Microsoft SQL Server Native Client 11.0 : No.",
  "Error -2146893019",
  "Error -2146893022",
  "TLS Handshake failed: tls: failed to verify certificate: x509: certificate is valid for SQL01, not 'CONTOSO\\SQL01'",
])("%s is a certificate, which no firewall mends", (text) => {
  const error = failureOf(text, connection);
  expect(error.stage).toBe("connection");
  const { code, hint } = sqlProblem(error, place);
  expect(code).toBe("sql-certificate");
  expect(hint).toBe(
    "Name SQL Server as its certificate does (it is sql01\\SMS in the policy), and let Windows trust that certificate on this machine: sqlcmd is shown no authority. Configuration Manager's own, which is self-signed, goes into the Trusted Root Certification Authorities of the computer; or the machine file names it (serverCertificates), where sqlcmd is the one on its own (Go).",
  );
});

test.each([
  `${odbc17}Login timeout expired.`,
  `${odbc17}TCP Provider: No connection could be made because the target machine actively refused it.\n.`,
  `${odbc17}A network-related or instance-specific error has occurred while establishing a connection to 'CONTOSO\\SQL01'.`,
  `${odbc17}No se puede conectar con 'sql01\\SMS'.`,
  `${odbc17}No se puede conectar con 'tcp:SQL01\\SMS,1433'.`,
  "unable to open tcp connection with host 'sql01:1433': dial tcp: lookup sql01: no such host",
])("%s is a server that can't be reached", (text) => {
  const error = failureOf(text, connection);
  expect(error.stage).toBe("connection");
  expect(sqlProblem(error, place).code).toBe("sql-unreachable");
});

test.each([
  `${odbc17}SSPI Provider: Server not found in Kerberos database.`,
  `${odbc17}The target principal name is incorrect.  Cannot generate SSPI context.`,
])("%s is a login without a ticket", (text) => {
  const { code, hint } = sqlProblem(failureOf(text, connection), place);
  expect(code).toBe("sql-login-refused");
  expect(hint).toContain("setspn -L");
});

test.each([
  "Sqlcmd: '-Ns': Unexpected argument. Enter '-?' for help.",
  "Sqlcmd: '-No': argumento inesperado. Escriba '-?' para obtener ayuda.",
  "sqlcmd: '-J': Unbekannte Option. Geben Sie '-?' ein, um die Hilfe anzuzeigen.",
])("%s is the command's own word, and nobody was asked", (text) => {
  const error = failureOf(text, connection);
  expect(error.stage).toBe("connection");
  const { code, hint } = sqlProblem(error, place);
  expect(code).toBe("command-failed");
  expect(hint).toContain("Install a newer sqlcmd");
});

test("a sentence that quotes nothing, in whatever language, is told with both of its cures", () => {
  const german = `${odbc17}Fehler bei der Anmeldung. Die Anmeldung stammt von einer nicht vertrauenswürdigen Domäne..`;
  const { code, hint } = sqlProblem(failureOf(german, connection), place);
  expect(code).toBe("sql-unreachable");
  expect(hint).toContain("and the firewall between. Where the sentence speaks of a login or its domain");
  const transport = `${odbc17}Proveedor TCP: no se puede establecer una conexión.`;
  expect(sqlProblem(failureOf(transport, connection), place).hint).toMatch(/the firewall between\.$/);
});

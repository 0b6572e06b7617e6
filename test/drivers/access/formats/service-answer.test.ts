import { describe, expect, test } from "vitest";
import {
  serviceAccount,
  serviceError,
  serviceState,
} from "../../../../src/drivers/access/formats/service-answer.ts";
import { parseWriters } from "../../../../src/drivers/access/formats/writer-list.ts";

const lines = (...all: readonly string[]) => all.map((it) => `${it}\r\n`).join("");

describe("a service's state is the number of the second line, whatever the language:", () => {
  test.each([
    [
      "English",
      4,
      lines(
        "",
        "SERVICE_NAME: SMS_EXECUTIVE ",
        "        TYPE               : 10  WIN32_OWN_PROCESS  ",
        "        STATE              : 4  RUNNING ",
        "                                (STOPPABLE, NOT_PAUSABLE, ACCEPTS_SHUTDOWN)",
        "        WIN32_EXIT_CODE    : 0  (0x0)",
      ),
    ],
    [
      "Spanish",
      1,
      lines(
        "",
        "NOMBRE_SERVICIO: SMS_SITE_BACKUP",
        "        TIPO               : 10  WIN32_OWN_PROCESS",
        "        ESTADO             : 1  STOPPED",
        "        CÓD_SALIDA_WIN32   : 1077  (0x435)",
      ),
    ],
    [
      "a type with letters",
      3,
      lines("SERVICE_NAME: x", "        TYPE : e0  ERROR ", "        STATE : 3  STOP_PENDING "),
    ],
    ["half of an answer", undefined, lines("SERVICE_NAME: x", "        TYPE : 10  WIN32_OWN_PROCESS ")],
    ["nothing", undefined, ""],
    ["an error", undefined, lines("[SC] OpenService FAILED 1060:", "", "No such service.")],
  ])("%s", (_, state, text) => {
    expect(serviceState(text)).toBe(state);
  });
});

describe("a service's account is the last line of its settings, whatever the language:", () => {
  const english = (account: string) =>
    lines(
      "[SC] QueryServiceConfig SUCCESS",
      "",
      "SERVICE_NAME: SMS_SITE_VSS_WRITER",
      "        TYPE               : 10  WIN32_OWN_PROCESS",
      "        START_TYPE         : 2   AUTO_START",
      "        ERROR_CONTROL      : 1   NORMAL",
      '        BINARY_PATH_NAME   : "D:\\ConfigMgr\\bin\\x64\\smssqlbkup.exe"',
      "        LOAD_ORDER_GROUP   :",
      "        TAG                : 0",
      "        DISPLAY_NAME       : SMS Writer",
      "        DEPENDENCIES       : RPCSS",
      "                           : http",
      `        SERVICE_START_NAME : ${account}`,
    );
  test.each([
    [english("LocalSystem"), "LocalSystem"],
    [english("LAB\\svc-cm "), "LAB\\svc-cm"],
    [
      lines(
        "NOMBRE_SERVICIO: mysql",
        "        TIPO               : 10  WIN32_OWN_PROCESS",
        "        TIPO_INICIO        : 2   AUTO_START",
        "        CONTROL_ERROR      : 1   NORMAL",
        "        NOMBRE_RUTA_BINARIO: C:\\mysql\\bin\\mysqld mysql",
        "        ETIQUETA           : 0",
        "        DEPENDENCIAS       :",
        "        NOMBRE_INICIO_SERVICIO: LocalSystem",
      ),
      "LocalSystem",
    ],
    [lines("        TIPO : 10  WIN32_OWN_PROCESS"), undefined],
  ])("%#", (text, account) => {
    expect(serviceAccount(text)).toBe(account);
  });
});

test.each([
  ["[SC] EnumQueryServicesStatus:OpenService FAILED 1060:\r\n\r\nThe specified service", 1060],
  ["[SC] StartService FEHLER 1056:\r\n\r\nEs wird bereits", 1056],
  ["[SC] EnumQueryServicesStatus:OpenService: Ошибка: 5:\r\n", 5],
  ["[SC] QueryServiceConfig SUCCESS\r\n", undefined],
  ["", undefined],
])("the error of %j is its number", (text, error) => {
  expect(serviceError(text)).toBe(error);
});

test("writers are read by their ids and numbers, whatever the language", () => {
  const german = lines(
    "vssadmin 1.1 - Verwaltungsbefehlszeilenprogramm des Volumeschattenkopie-Dienstes",
    "",
    "Verfassername: 'SqlServerWriter'",
    "   Verfasserkennung: {A65FAA63-5EA8-4EBC-9DBD-A0C4DB26912A}",
    "   Verfasserinstanzkennung: {11111111-2222-3333-4444-555555555555}",
    "   Status: [1] Stabil",
    "   Letzter Fehler: Kein Fehler",
    "",
    "Verfassername: 'SMS Writer'",
    "   Verfasserkennung: {03ba67dd-dc6d-4729-a038-251f7018463b}",
    "   Verfasserinstanzkennung: {66666666-7777-8888-9999-000000000000}",
    "   Status: [8] Fehlgeschlagen",
  );
  expect(parseWriters(german)).toEqual([
    { id: "a65faa63-5ea8-4ebc-9dbd-a0c4db26912a", state: 1 },
    { id: "03ba67dd-dc6d-4729-a038-251f7018463b", state: 8 },
  ]);
  expect(parseWriters("Error: no right. [1]")).toEqual([]);
});

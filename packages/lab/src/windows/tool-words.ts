import { readVariant } from "../lab-variant.ts";

/** What the tools of Windows say in the language of the site server. */
export interface ToolWords {
  readonly failed: string;
  readonly success: string;
  /** Texts of Windows' errors, by number. */
  readonly errors: Readonly<Record<number, string>>;
  readonly vssadmin: {
    readonly heading: string;
    readonly labels: readonly [name: string, id: string, instance: string, state: string, error: string];
    readonly quote: string;
    readonly stable: string;
    readonly failed: string;
    readonly noError: string;
    readonly nonRetryable: string;
    readonly noRight: string;
    readonly wrongUse: string;
  };
}

const english: ToolWords = {
  failed: "FAILED",
  success: "SUCCESS",
  errors: {
    5: "Access is denied.",
    1056: "An instance of the service is already running.",
    1060: "The specified service does not exist as an installed service.",
    1639: "Invalid command line argument. Consult the Windows Installer SDK for detailed command line help.",
    1722: "The RPC server is unavailable.",
  },
  vssadmin: {
    heading: "vssadmin 1.1 - Volume Shadow Copy Service administrative command-line tool",
    labels: ["Writer name", "Writer Id", "Writer Instance Id", "State", "Last error"],
    quote: "'",
    stable: "Stable",
    failed: "Failed",
    noError: "No error",
    nonRetryable: "Non-retryable error",
    noRight:
      "Error: You don't have the correct permissions to run this command.  Please run this utility from a command\r\nwindow that has elevated administrator privileges.",
    wrongUse: "Error: Invalid command.",
  },
};

/** Labels of `sc` stay English in a German Windows of today; its numbers are the same in every language. */
const german: ToolWords = {
  failed: "FEHLER",
  success: "ERFOLG",
  errors: {
    5: "Zugriff verweigert",
    1056: "Es wird bereits eine Instanz des Dienstes ausgeführt.",
    1060: "Der angegebene Dienst ist kein installierter Dienst.",
    1639: "Ungültiges Befehlszeilenargument.",
    1722: "Der RPC-Server ist nicht verfügbar.",
  },
  vssadmin: {
    heading: "vssadmin 1.1 - Verwaltungsbefehlszeilenprogramm des Volumeschattenkopie-Dienstes",
    labels: ["Verfassername", "Verfasserkennung", "Verfasserinstanzkennung", "Status", "Letzter Fehler"],
    quote: '"',
    stable: "Stabil",
    failed: "Fehlgeschlagen",
    noError: "Kein Fehler",
    nonRetryable: "Nicht wiederholbarer Fehler",
    noRight: "Fehler: Sie verfügen nicht über die Berechtigungen zum Ausführen dieses Befehls.",
    wrongUse: "Fehler: Ungültiger Befehl.",
  },
};

/** The words of the site server's language. */
export function toolWords(lab: string): ToolWords {
  return readVariant(lab).windowsLanguage === "german" ? german : english;
}

import { configurationSetting, keyMethod } from "../../../core/outside/site/report-server-wmi.ts";
import { answerNames } from "../../access/formats/report-key-answer.ts";

/** Whose key is asked for. */
export interface ScriptedServer {
  readonly instance: string;
  /** The machine of the report server, where it is not this one. */
  readonly server?: string;
  /** A line of its own behind the script: Windows may log scripts, and does not log what they read. */
  readonly password: string;
}

/**
 * What Windows PowerShell reads from its standard input to have a report server give its key. One line holds
 * the script, as lines are run one by one, and the next the password. Whatever a policy says stands there in
 * base64, so that it can't end a text and begin a command.
 */
export function reportKeyScript({ instance, server, password }: ScriptedServer): string {
  const { root, below, class: name, instance: called } = configurationSetting;
  const { method, key, length, result } = keyMethod;
  const list = "Get-WmiObject @reach -Class __NAMESPACE -Namespace";
  const script = [
    "$ErrorActionPreference = 'Stop'",
    "$password = [Console]::In.ReadLine()",
    "if (-not $password) { throw 'no password' }",
    `$instance = ${decoded(instance)}`,
    `$reach = ${server === undefined ? "@{}" : `@{ ComputerName = ${decoded(server)}; Authentication = 'PacketPrivacy' }`}`,
    "$found = @()",
    // An instance that was upgraded or removed may have left a namespace behind that answers no more.
    `foreach ($of in @(${list} '${root}')) { foreach ($version in @(${list} "${root}\\$($of.Name)")) { ` +
      `$at = "${root}\\$($of.Name)\\$($version.Name)\\${below}"; ` +
      `try { $found += @(Get-WmiObject @reach -Class ${name} -Namespace $at) } catch { $missed = $_.Exception.HResult } } }`,
    `$found = @($found | Where-Object { $_.${called} -eq $instance })`,
    `if ($found.Count -eq 0 -and $missed) { ${told(answerNames.failure, "$missed")}; exit 0 }`,
    told(answerNames.instances, "$found.Count"),
    `if ($found.Count -eq 0) { exit 0 }`,
    `$given = $found[-1].${method}($password)`,
    told(answerNames.result, `$given.${result}`),
    told(answerNames.length, `$given.${length}`),
    `if ($given.${key}) { ${told(answerNames.key, `[Convert]::ToBase64String([byte[]]$given.${key})`)} }`,
  ].join("; ");
  const failure = told(answerNames.failure, "$_.Exception.HResult");
  return `try { ${script} } catch { ${failure} }; exit 0\r\n${password}\r\n`;
}

/** The host's own writer: what a pipeline prints is broken at the width of a screen that nobody has. */
function told(name: string, value: string): string {
  return `[Console]::Out.WriteLine('${name}=' + ${value})`;
}

function decoded(text: string): string {
  const base64 = Buffer.from(text, "utf8").toString("base64");
  return `[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('${base64}'))`;
}

import type { RunTextCommand } from "../command/command.ts";
import { completionsOf } from "../command/completions.ts";
import { exitCode } from "../command/exit-code.ts";
import { invalidOption } from "../options/invalid-option.ts";

/** Each script asks the program itself for the words that may come next: `sitekeep completion words …`. */
const scripts: Record<string, string> = {
  bash: `_sitekeep() {
  local IFS=$'\\n'
  COMPREPLY=($(sitekeep completion words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  [ \${#COMPREPLY[@]} -eq 0 ] && COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o filenames -F _sitekeep sitekeep`,
  zsh: `#compdef sitekeep
_sitekeep() {
  local -a found
  found=("\${(@f)$(sitekeep completion words -- "\${words[@]:1:$((CURRENT - 1))}" 2>/dev/null)}")
  if [[ -n "$found" ]]; then compadd -a found; else _files; fi
}
if [[ "\${funcstack[1]}" == _sitekeep ]]; then
  _sitekeep
else
  (( \${+functions[compdef]} )) || { autoload -Uz compinit && compinit; }
  compdef _sitekeep sitekeep
fi`,
  fish: `function __sitekeep_complete
  set -l found (sitekeep completion words -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c sitekeep -f -a '(__sitekeep_complete)'`,
  powershell: `Register-ArgumentCompleter -Native -CommandName sitekeep -ScriptBlock {
  param($word, $ast, $position)
  $typed = @($ast.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  if ($word -eq '') { $typed += '""' }
  sitekeep completion words -- @typed 2>$null | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}`,
};

/** `sitekeep completion SHELL`: prints the script; `completion words -- …` answers it. */
export const run: RunTextCommand = async (call) => {
  const [shell = "", ...words] = call.args;
  if (shell === "words") return { exitCode: exitCode.done, text: () => completionsOf(call.commands, words) };
  const script = scripts[shell];
  if (script === undefined) {
    throw invalidOption(
      "completion",
      `there is none for ${shell}`,
      `There is one for ${Object.keys(scripts).join(", ")}.`,
    );
  }
  return { exitCode: exitCode.done, text: () => [script] };
};

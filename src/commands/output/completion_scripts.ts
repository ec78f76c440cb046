const BASH = String.raw`# Completion of imp for bash.
_imp_complete() {
  local cur cword words line directive=""
  if declare -F _get_comp_words_by_ref >/dev/null; then
    _get_comp_words_by_ref -n '=:' cur words cword
  else
    words=("@{COMP_WORDS[@]}") cword=$COMP_CWORD cur="@{COMP_WORDS[COMP_CWORD]}"
  fi
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :*) directive=@{line#:} ;;
      *) COMPREPLY+=("@{line%%$'\t'*}") ;;
    esac
  done < <("@{words[0]/#\~/$HOME}" __complete -- "@{words[@]:1:cword}" 2>/dev/null)
  case $directive in
    files) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "@{cur#*=}") ;;
    directories) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "@{cur#*=}") ;;
    commands*)
      local offset=@{directive#commands } index
      for ((index = 1; index < COMP_CWORD; index++)); do
        [[ @{COMP_WORDS[index]} == -- ]] && { offset=$((index + 1)); break; }
      done
      if declare -F _command_offset >/dev/null; then
        _command_offset "$offset"
      elif ((COMP_CWORD == offset)); then
        mapfile -t COMPREPLY < <(compgen -c -- "$cur")
      else
        compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      fi
      ;;
    *)
      # What stands before an equals sign or a colon is a word of its own to readline.
      if [[ $cur == --*=* && $COMP_WORDBREAKS == *=* ]]; then
        COMPREPLY=("@{COMPREPLY[@]#*=}")
      elif [[ $cur == *:* ]] && declare -F __ltrim_colon_completions >/dev/null; then
        __ltrim_colon_completions "$cur"
      fi
      ;;
  esac
}
complete -F _imp_complete imp
`;

const ZSH = String.raw`#compdef imp
# Completion of imp for zsh.
_imp() {
  local line directive
  local -a values
  while IFS= read -r line; do
    case $line in
      :*) directive=@{line#:} ;;
      *$'\t'*) values+=("@{@{line%%$'\t'*}//:/\\:}:@{line#*$'\t'}") ;;
      *) values+=("@{line//:/\\:}") ;;
    esac
  done < <("@{(Q)words[1]/#\~/$HOME}" __complete -- "@{(@Q)words[2,CURRENT]}" 2>/dev/null)
  case $directive in
    files) [[ -prefix *= ]] && compset -P '*='; _files ;;
    directories) [[ -prefix *= ]] && compset -P '*='; _files -/ ;;
    commands*)
      local offset=@{directive#commands }
      shift offset words
      (( CURRENT -= offset ))
      _normal
      ;;
    *) (( $#values )) && _describe -V 'imp' values ;;
  esac
}
if [[ $funcstack[1] == _imp ]]; then _imp "$@"; else compdef _imp imp; fi
`;

const FISH = String.raw`# Completion of imp for fish.
function __imp_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in ($words[1] __complete -- $words[2..-1] "$current" 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path (string replace -r '^--[^=]*=' '' -- "$current")
            case :directories
                __fish_complete_directories (string replace -r '^--[^=]*=' '' -- "$current")
            case ':commands *'
                __fish_complete_subcommand --fcs-skip=(string replace ':commands ' '' -- $line)
            case :nothing
            case '*'
                echo $line
        end
    end
end
complete -c imp -f -a '(__imp_complete)'
`;

/** The completion scripts, by shell; `@{` above stands for what would end the template. */
export const COMPLETION_SCRIPTS: Readonly<Record<string, string>> = {
  bash: BASH.replaceAll("@{", "${"),
  zsh: ZSH.replaceAll("@{", "${"),
  fish: FISH,
};

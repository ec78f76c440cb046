const BASH = String.raw`# Completion of imp for bash.
_imp_complete() {
  local cur cword words line directive="" index prefix
  if declare -F _get_comp_words_by_ref >/dev/null; then
    _get_comp_words_by_ref -n '=:' cur words cword
  else
    # An equals sign and a colon are words of their own to readline.
    words=("@{COMP_WORDS[0]}")
    for ((index = 1; index <= COMP_CWORD; index++)); do
      if ((index > 1)) && [[ @{COMP_WORDS[index]} == [=:]* || @{words[-1]} == *[=:] ]]; then
        words[-1]+=@{COMP_WORDS[index]}
      else
        words+=("@{COMP_WORDS[index]}")
      fi
    done
    cword=$((@{#words[@]} - 1)) cur=@{words[-1]}
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
      local offset=@{directive#commands }
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
      prefix=@{cur%"@{cur##*[=:]}"}
      if [[ -n $prefix && $COMP_WORDBREAKS == *"@{prefix: -1}"* ]]; then
        COMPREPLY=("@{COMPREPLY[@]#"$prefix"}")
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

# Completion of PROGRAM for bash: the program itself says what may come next.
_PROGRAM_complete() {
    local cur words cword answer then line
    if declare -F _get_comp_words_by_ref >/dev/null; then
        _get_comp_words_by_ref -n "=:" cur words cword
    else
        cur=${COMP_WORDS[COMP_CWORD]} words=("${COMP_WORDS[@]}") cword=$COMP_CWORD
    fi
    answer=$("${words[0]}" ASK "${words[@]:1:cword}" 2>/dev/null) || return
    then=${answer##*:}
    answer=${answer%:*}
    ((then & 1)) && return
    ((then & 2)) && compopt -o nospace 2>/dev/null
    local typed=$cur before=
    if [[ $cur == -*=* ]]; then
        before=${cur%%=*}= typed=${cur#*=}
    fi
    COMPREPLY=()
    while IFS= read -r line; do
        [[ $line == _activeHelp_* || -z $line ]] && continue
        line=${line%%$'\t'*}
        [[ $line == "$typed"* ]] && COMPREPLY+=("$(printf '%q' "$before$line")")
    done <<<"$answer"
    if [[ ${#COMPREPLY[@]} -eq 0 ]] && ! ((then & 4)); then
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$typed")
    fi
    if declare -F __ltrim_colon_completions >/dev/null; then
        __ltrim_colon_completions "$cur"
    fi
}
complete -o default -F _PROGRAM_complete PROGRAM

#compdef PROGRAM
# Completion of PROGRAM for zsh: the program itself says what may come next.
_PROGRAM() {
    local answer then line value about prefix
    local -a choices options
    answer=$(${words[1]} ASK "${(@)words[2,CURRENT]}" 2>/dev/null) || return
    then=${answer##*:}
    answer=${answer%:*}
    (( then & 1 )) && return
    (( then & 2 )) && options=(-S '')
    prefix=${words[CURRENT]}
    [[ $prefix == -*=* ]] && compset -P '*='
    for line in "${(@f)answer}"; do
        [[ -z $line ]] && continue
        if [[ $line == _activeHelp_* ]]; then
            compadd -x "${line#_activeHelp_ }"
            continue
        fi
        value=${line%%$'\t'*}
        about=${line#*$'\t'}
        value=${value//:/\\:}
        [[ $line == *$'\t'* ]] && choices+=("$value:$about") || choices+=("$value")
    done
    if (( ${#choices} )); then
        _describe -V 'choice' choices $options
    elif ! (( then & 4 )); then
        _files
    fi
}
if [ "$funcstack[1]" = "_PROGRAM" ]; then
    _PROGRAM
else
    compdef _PROGRAM PROGRAM
fi

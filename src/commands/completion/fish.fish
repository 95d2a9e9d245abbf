# Completion of PROGRAM for fish: the program itself says what may come next.
function __PROGRAM_answer
    set -l words (commandline -opc) (commandline -ct)
    set -l answer ($words[1] ASK $words[2..-1] 2>/dev/null)
    or return
    set -g __PROGRAM_then (string replace -r '^:' '' -- $answer[-1])
    set -e answer[-1]
    set -l typed (commandline -ct)
    set -l before (string match -r -- '^-.*=' $typed)
    for line in $answer
        string match -q '_activeHelp_*' -- $line
        or printf '%s%s\n' $before $line
    end
end
function __PROGRAM_wants_files
    __PROGRAM_answer | read -l first
    test -z "$first"
    and test (math "floor($__PROGRAM_then / 4) % 2") -eq 0
end
complete -c PROGRAM -e
complete -c PROGRAM -n __PROGRAM_wants_files -F
complete -c PROGRAM -n 'not __PROGRAM_wants_files' -f -k -a '(__PROGRAM_answer)'

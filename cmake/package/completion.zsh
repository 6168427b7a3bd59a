#compdef mayhem
local -a commands=(
    'run:the daemon' 'exec:start a command and kill or freeze it at random moments' 'plan:what will happen'
    'history:what was done, attempt by attempt' 'report:how often, and how fast each target came back'
    'eligible:who could be hit now' "why:every guard's answer for one target" 'check:validate a config file'
    'arm:a group for some units, armed' 'discover:a config of what this host offers' 'notify:send a test notification'
    'status:the running daemon at a glance' 'tasks:live tasks with their stacks' 'targets:what each group selects now'
    'events:what happens, as it happens' 'open:where the web page is' 'mark:tell of something outside' 'halt:stop all restarts' 'resume:allow restarts again'
    'restart:restart one target now, if the guards allow it' 'fault:do something to one target now' 'drain:finish what runs, and end'
    'undo:end what lasts and still stands'
    'profile:a CPU profile of the running daemon'
    'request:ask the daemon of a host for an act, through a queue'
    'fleet:the database that the hosts of a fleet agree in'
)
if ((CURRENT == 2)); then
    _describe command commands
elif [[ $words[2] == fleet && CURRENT -eq 3 && $words[CURRENT] != -* ]]; then
    local -a work=(init migrate add-host forget adopt halt resume close-breaker status accept-loss log check)
    compadd -a work
elif [[ $words[CURRENT] == -* ]]; then
    local -a command=($words[2])
    [[ $words[2] == fleet && CURRENT -gt 3 ]] && command+=($words[3])
    local -a options=(${(f)"$($words[1] $command --help 2>/dev/null | grep -o -e '--[a-z][a-z-]*')"})
    compadd -a options
else
    _files
fi

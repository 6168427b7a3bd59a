# fish completion for mayhem
function __mayhem_options # of the command that is being written
    set -l words (commandline -opc)
    set -l command $words[2]
    test "$words[2]" = fleet; and set -a command $words[3]
    $words[1] $command --help 2>/dev/null | string match -a -g -r -- '(--[a-z][a-z-]*)' | sort -u
end
complete -c mayhem -n __fish_use_subcommand -f -a run -d 'The daemon'
complete -c mayhem -n __fish_use_subcommand -f -a exec -d 'Start a command and kill or freeze it at random moments'
complete -c mayhem -n __fish_use_subcommand -f -a plan -d 'What will happen'
complete -c mayhem -n __fish_use_subcommand -f -a history -d 'What was done, attempt by attempt'
complete -c mayhem -n __fish_use_subcommand -f -a report -d 'How often, and how fast each target came back'
complete -c mayhem -n __fish_use_subcommand -f -a eligible -d 'Who could be hit now'
complete -c mayhem -n __fish_use_subcommand -f -a why -d 'What each guard says of one target'
complete -c mayhem -n __fish_use_subcommand -f -a check -d 'Validate a config file'
complete -c mayhem -n __fish_use_subcommand -f -a arm -d 'A group for some units, armed'
complete -c mayhem -n __fish_use_subcommand -f -a discover -d 'A config of what this host offers'
complete -c mayhem -n __fish_use_subcommand -f -a notify -d 'Send a test notification'
complete -c mayhem -n __fish_use_subcommand -f -a status -d 'The running daemon at a glance'
complete -c mayhem -n __fish_use_subcommand -f -a tasks -d 'Live tasks with their stacks'
complete -c mayhem -n __fish_use_subcommand -f -a targets -d 'What each group selects now'
complete -c mayhem -n __fish_use_subcommand -f -a events -d 'What happens, as it happens'
complete -c mayhem -n __fish_use_subcommand -f -a open -d 'Where the web page is'
complete -c mayhem -n __fish_use_subcommand -f -a mark -d 'Tell of something outside'
complete -c mayhem -n __fish_use_subcommand -f -a halt -d 'Stop all restarts'
complete -c mayhem -n __fish_use_subcommand -f -a resume -d 'Allow restarts again'
complete -c mayhem -n __fish_use_subcommand -f -a restart -d 'Restart one target now'
complete -c mayhem -n __fish_use_subcommand -f -a fault -d 'Do something to one target now'
complete -c mayhem -n __fish_use_subcommand -f -a drain -d 'Finish what runs, and end'
complete -c mayhem -n __fish_use_subcommand -f -a undo -d 'End what lasts and still stands'
complete -c mayhem -n __fish_use_subcommand -f -a profile -d 'A CPU profile of the running daemon'
complete -c mayhem -n __fish_use_subcommand -f -a request -d 'Ask a daemon for an act, through a queue'
complete -c mayhem -n __fish_use_subcommand -f -a fleet -d 'The database that the hosts of a fleet agree in'
complete -c mayhem -n '__fish_seen_subcommand_from fleet; and test (count (commandline -opc)) -eq 2' -f -a 'init migrate add-host forget adopt halt resume close-breaker status accept-loss log check'
complete -c mayhem -n 'not __fish_use_subcommand; and string match -q -- "-*" (commandline -ct)' -a '(__mayhem_options)'
complete -c mayhem -l help -d 'Every option, and an example'
complete -c mayhem -s c -l config -r -d 'Config file'
complete -c mayhem -l store -r -d 'Database'
complete -c mayhem -l socket -r -d 'Control socket'
complete -c mayhem -l json -d JSON
complete -c mayhem -l action -x -a 'kill stop freeze'
complete -c mayhem -l log-level -x -a 'debug info warning error critical'
complete -c mayhem -l log-format -x -a 'auto text json journald'

# Fails on code under ROOT, comments aside, that a rule of the house forbids: ban(PATTERN REASON folders... [EXCEPT files...]).
cmake_minimum_required(VERSION 3.25)
set(complaints "")
function(ban pattern reason)
    cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "EXCEPT")
    foreach(folder IN LISTS arg_UNPARSED_ARGUMENTS)
        file(GLOB_RECURSE files RELATIVE ${ROOT} ${ROOT}/${folder}/*.[ch]pp)
        foreach(file IN LISTS files)
            if(file IN_LIST arg_EXCEPT)
                continue()
            endif()
            file(STRINGS ${ROOT}/${file} lines REGEX "${pattern}")
            list(FILTER lines EXCLUDE REGEX "^[ \t]*//")
            foreach(line IN LISTS lines)
                string(STRIP "${line}" line)
                string(APPEND complaints "  ${file}: ${reason}: ${line}\n")
            endforeach()
        endforeach()
    endforeach()
    set(complaints "${complaints}" PARENT_SCOPE)
endfunction()

set(theirs tests/benchmark/foundation_benchmark.cpp)  # which is compared with what Asio has
ban("asio::detached|[.>]detach\\(\\)" "every task and thread is owned by a task_group or joined"
    include src tests/unit tests/integration tests/benchmark EXCEPT src/system/hanging_calls.cpp ${theirs})
ban("asio::experimental|asio/experimental" "experimental parts of Asio enter through one header"
    include src tests EXCEPT include/mayhem/async/asio_tokens.hpp ${theirs})
ban("_clock::now\\(|std::time\\(|gettimeofday" "time is an argument or a clock that was passed in"
    include/mayhem/core include/mayhem/ports src/core src/pipeline src/queues)
ban("std::random_device|std::rand\\(|getrandom\\(" "randomness is a random_source that was passed in"
    include src EXCEPT src/core/random.cpp)
ban("std::cout|std::cerr|fmt::print\\(" "what a command prints goes through cli/standard_output.hpp"
    src/cli EXCEPT src/cli/standard_output.cpp)
ban("this_thread::sleep|usleep\\(|nanosleep\\(" "a unit test waits in virtual time, never for real" tests/unit)

if(complaints)
    message(FATAL_ERROR "Code that the rules of the house forbid:\n${complaints}")
endif()

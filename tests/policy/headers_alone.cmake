# Fails on a header under ROOT that does not compile by itself, as the first thing that a source includes. Each is compiled
# (-fsyntax-only) with nothing before it.
#
# With Clang, what many headers include is precompiled, so that the standard library and Asio are not read 400 times: a header is
# compiled on top of one that it includes itself, of which the same has been proved. So it sees nothing that it does not include,
# and the proof is the same. Whoever has not changed since the last time, nor anything that it includes, is not compiled again.
cmake_minimum_required(VERSION 3.25)
set(users_min 5)  # of a precompiled header: it takes about as long as a few that are compiled by themselves

file(GLOB_RECURSE headers RELATIVE ${ROOT} ${ROOT}/include/mayhem/*.hpp ${ROOT}/src/*.hpp)
if(NOT headers)
    message(FATAL_ERROR "There are no headers under ${ROOT}.")
endif()

# closure_HEADER: everything that HEADER includes, and what that includes, as it is spelled; of the libraries, just what is named.
foreach(header IN LISTS headers)
    set(direct_${header} "")
    file(STRINGS ${ROOT}/${header} lines REGEX "^#[ \t]*include")
    foreach(line IN LISTS lines)
        string(REGEX REPLACE ".*[<\"](.*)[>\"].*" "\\1" spelling "${line}")
        if(spelling MATCHES "^mayhem/")
            list(APPEND direct_${header} include/${spelling})
        else()
            list(APPEND direct_${header} src/${spelling})
        endif()
    endforeach()
endforeach()
foreach(header IN LISTS headers)
    set(closure "")
    set(to_look_at ${direct_${header}})
    while(to_look_at)
        list(POP_FRONT to_look_at included)
        if(NOT included IN_LIST closure)
            list(APPEND closure ${included})
            list(APPEND to_look_at ${direct_${included}})
        endif()
    endwhile()
    set(closure_${header} ${closure})
    list(LENGTH closure_${header} weight_${header})
endforeach()

# The one of `candidates` that takes most off the compiler when HEADER is compiled on top of it; empty: none can be.
function(find_base variable header candidates)
    set(base "")
    set(weight 0)
    foreach(included IN LISTS closure_${header})
        if(included IN_LIST ${candidates} AND weight_${included} GREATER weight AND NOT header IN_LIST closure_${included})
            set(base ${included})
            set(weight ${weight_${included}})
        endif()
    endforeach()
    set(${variable} "${base}" PARENT_SCOPE)
endfunction()

set(bases "")
if(CAN_PRECOMPILE)
    foreach(header IN LISTS headers)
        find_base(base ${header} headers)
        if(base)
            math(EXPR users_${base} "0${users_${base}} + 1")
            if(users_${base} EQUAL users_min)
                list(APPEND bases ${base})
            endif()
        endif()
    endforeach()
endif()

# The ninja file: a .pch of each base, a stamp of each other header.
set(ninja_file "rule check
  command = ${COMPILER} @${FLAGS} $base -fsyntax-only -MD -MF $out.d -MT $out -x c++-header $in && touch $out
  depfile = $out.d
  deps = gcc
  description = $in
rule precompile
  command = ${COMPILER} @${FLAGS} -MD -MF $out.d -MT $out -x c++-header $in -o $out
  depfile = $out.d
  deps = gcc
  description = $in
")
foreach(header IN LISTS headers)
    find_base(base ${header} bases)
    if(header IN_LIST bases)
        # By itself: Clang 19 crashes on some that are precompiled on top of others.
        string(APPEND ninja_file "build ${header}.pch: precompile ${ROOT}/${header}\n")
    elseif(base)
        string(APPEND ninja_file
            "build ${header}.alone: check ${ROOT}/${header} | ${base}.pch\n  base = -include-pch ${base}.pch\n")
    else()
        string(APPEND ninja_file "build ${header}.alone: check ${ROOT}/${header}\n")
    endif()
endforeach()

file(MAKE_DIRECTORY ${WORK})
file(CONFIGURE OUTPUT ${WORK}/build.ninja CONTENT "${ninja_file}" @ONLY)
execute_process(COMMAND ${NINJA} -C ${WORK} -k 0 RESULT_VARIABLE result)
if(NOT result EQUAL 0)
    message(FATAL_ERROR "Headers do not compile alone: see above. Each must include what it uses.")
endif()
list(LENGTH headers count)
message(STATUS "${count} headers.")

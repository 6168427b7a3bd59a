# Fails on a way to break the code (tests/mutations) that does not apply to ROOT any more: whoever wants to know whether the
# simulation sees it would be told nothing.
cmake_minimum_required(VERSION 3.25)
find_program(GIT git REQUIRED)
get_filename_component(above ${ROOT} DIRECTORY)

file(GLOB patches ${ROOT}/tests/mutations/*.patch)
list(LENGTH patches count)
if(count EQUAL 0)
    message(FATAL_ERROR "No mutation in ${ROOT}/tests/mutations")
endif()
set(stale "")
foreach(patch IN LISTS patches)
    execute_process(COMMAND ${CMAKE_COMMAND} -E env GIT_CEILING_DIRECTORIES=${above} ${GIT} apply --check ${patch}
        WORKING_DIRECTORY ${ROOT} RESULT_VARIABLE failed ERROR_VARIABLE why)
    if(failed)
        string(APPEND stale "  ${patch}\n${why}")
    endif()
endforeach()
if(stale)
    message(FATAL_ERROR "Mutations that do not apply any more:\n${stale}")
endif()
message(STATUS "All ${count} mutations apply.")

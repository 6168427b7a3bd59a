# What is read in every source and is not ours (the standard library, Asio, {fmt}, JSON, GoogleTest) is most of the time that a build
# takes: Clang reads it once for each set and keeps what it understood.
#
# Sets name headers of the system alone, never the project's: so a set is read again only when the system changes, it is the same
# file in every clone (a compiler cache, which knows a source by what it reads, finds in one what another one compiled), and no
# source sees a declaration of ours that it did not include. That sources and headers include all else that they need is proved
# where nothing is precompiled: by the gate `tidy` and by tests/policy/headers_alone.cmake.
#
# Why not target_precompile_headers: its file names its own folder, twice; from a cache it would reach a clone as the file of another.
option(MAYHEM_PRECOMPILED "Read the headers of the system once for many sources (Clang, one configuration a folder)" ON)
find_file(MAYHEM_SYSTEM_HEADER errno.h)
mark_as_advanced(MAYHEM_SYSTEM_HEADER)
get_property(is_multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR is_multi_config OR NOT MAYHEM_SYSTEM_HEADER)
    set(MAYHEM_PRECOMPILED OFF)
endif()

# mayhem_compile_flags(VARIABLE TARGET): everything that CMake would call the compiler with for a source that links against the
# interface library TARGET, as a list that is known when the build files are written.
function(mayhem_compile_flags variable target)
    set(definitions $<TARGET_PROPERTY:${target},INTERFACE_COMPILE_DEFINITIONS>)
    set(folders $<TARGET_PROPERTY:${target},INTERFACE_INCLUDE_DIRECTORIES>)
    # Named, the compiler's own folders would be searched in another order.
    foreach(folder IN LISTS CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES)
        string(REPLACE "+" "[+]" folder "${folder}")
        set(folders $<FILTER:${folders},EXCLUDE,^${folder}/?$>)
    endforeach()
    string(TOUPPER "${CMAKE_BUILD_TYPE}" configuration)
    separate_arguments(flags UNIX_COMMAND "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${configuration}}")
    list(APPEND flags ${CMAKE_CXX20_STANDARD_COMPILE_OPTION}
        "$<$<BOOL:${definitions}>:-D$<JOIN:${definitions},;-D>>" "$<$<BOOL:${folders}>:-isystem;$<JOIN:${folders},;-isystem;>>"
        "$<TARGET_PROPERTY:${target},INTERFACE_COMPILE_OPTIONS>")
    set(${variable} "${flags}" PARENT_SCOPE)
endfunction()

# mayhem_precompile(NAME [DEPENDS target...] HEADERS <header>...)
# A set: the target NAME, whose file is NAME.pch in the current folder. DEPENDS: whose definitions and folders the headers need.
function(mayhem_precompile name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "HEADERS;DEPENDS")
    if(NOT MAYHEM_PRECOMPILED)
        return()
    endif()
    list(TRANSFORM arg_HEADERS REPLACE "<(.+)>" "-include;\\1")
    add_library(${name}_needs INTERFACE)
    target_link_libraries(${name}_needs INTERFACE mayhem_options ${arg_DEPENDS})
    mayhem_compile_flags(flags ${name}_needs)

    # From the root, and with a header of the system as the file that is compiled, so that no path of this clone gets in, and
    # that a compiler cache, which preprocesses with that file in place of the set, finds it.
    set(file ${CMAKE_CURRENT_BINARY_DIR}/${name}.pch)
    add_custom_command(
        OUTPUT ${file}
        COMMAND ${CMAKE_CXX_COMPILER} "${flags}" -fpch-instantiate-templates -Xclang -fno-pch-timestamp -MD -MT ${file} -MF ${file}.d
            ${arg_HEADERS} -x c++-header ${MAYHEM_SYSTEM_HEADER} -o ${file}
        WORKING_DIRECTORY /
        DEPFILE ${file}.d
        COMMENT "Reading the headers of ${name}"
        COMMAND_EXPAND_LISTS VERBATIM)
    add_custom_target(${name} DEPENDS ${file})
    set_target_properties(${name} PROPERTIES precompiled_file ${file})
endfunction()

# mayhem_use_precompiled(TARGET NAME): the sources of TARGET are compiled with the set NAME.
function(mayhem_use_precompiled target name)
    if(MAYHEM_PRECOMPILED)
        get_target_property(file ${name} precompiled_file)
        # Clang 19 forgets where libstdc++ has switched the warning off for itself (stable_sort); where nothing is precompiled it is on.
        target_compile_options(${target} PRIVATE "SHELL:-include-pch ${file}" -Wno-deprecated-declarations)
        add_dependencies(${target} ${name})
    endif()
endfunction()

set(standard_headers
    <algorithm> <array> <atomic> <charconv> <chrono> <compare> <coroutine> <cstddef> <cstdint> <deque> <exception> <filesystem> <fstream>
    <functional> <iterator> <limits> <list> <map> <memory> <mutex> <optional> <ranges> <set> <source_location> <span> <sstream>
    <stdexcept> <string> <string_view> <system_error> <thread> <tuple> <type_traits> <unordered_map> <utility> <variant> <vector>)
set(asio_headers
    <asio/async_result.hpp> <asio/cancellation_signal.hpp> <asio/cancellation_type.hpp> <asio/dispatch.hpp> <asio/error.hpp>
    <asio/execution.hpp> <asio/executor_work_guard.hpp> <asio/io_context.hpp> <asio/posix/stream_descriptor.hpp> <asio/post.hpp>
    <asio/recycling_allocator.hpp> <asio/signal_set.hpp> <asio/steady_timer.hpp> <asio/system_error.hpp>)

mayhem_precompile(precompiled_standard HEADERS ${standard_headers})
mayhem_precompile(precompiled_house
    HEADERS ${standard_headers} ${asio_headers} <fmt/format.h> <nlohmann/json.hpp> <toml++/toml.h>
    DEPENDS Asio::asio fmt::fmt nlohmann_json::nlohmann_json tomlplusplus::tomlplusplus)
if(MAYHEM_BUILD_TESTS)
    mayhem_precompile(precompiled_standard_tests
        HEADERS ${standard_headers} <gmock/gmock.h> <gtest/gtest.h>
        DEPENDS GTest::gmock)
    mayhem_precompile(precompiled_tests
        HEADERS ${standard_headers} ${asio_headers} <fmt/format.h> <nlohmann/json.hpp> <toml++/toml.h> <gmock/gmock.h> <gtest/gtest.h>
        DEPENDS Asio::asio fmt::fmt nlohmann_json::nlohmann_json tomlplusplus::tomlplusplus GTest::gmock)
endif()

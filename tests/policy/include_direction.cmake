# Reads every #include of the layers under ROOT and fails on one that points upwards, sideways, to a library that the layer
# does not use, or past the one door through which Asio enters. The tables are the rule (docs/architecture.md).
cmake_minimum_required(VERSION 3.25)

# From the bottom of the house to its top; each layer is a folder. A file belongs to the longest that fits.
set(layers
    async http system core ports settings
    pipeline/model pipeline/making pipeline/handling pipeline
    queues/memory probes notify telemetry
    drivers/contract drivers/process drivers/systemd drivers/docker drivers/command drivers/supervised drivers/simulated drivers
    stores/sqlite stores/null record halts
    control config assembly api daemon host cli
    sim/disk sim/judge)

set(async_includes "")
set(core_includes "")
set(http_includes async)
set(system_includes async)
set(ports_includes core async)
set(settings_includes system core)
set(pipeline/model_includes ports core async)
set(pipeline/making_includes pipeline/model ports core async)
set(pipeline/handling_includes pipeline/model ports core async)
set(pipeline_includes pipeline/making pipeline/handling pipeline/model ports core async)

set(drivers drivers/process drivers/systemd drivers/docker drivers/command drivers/supervised drivers/simulated)
set(adapters queues/memory probes notify telemetry ${drivers} stores/sqlite stores/null)
foreach(adapter IN LISTS adapters)
    set(${adapter}_includes http system ports core async)
endforeach()
set(drivers/contract_includes settings ports core async)
foreach(driver IN LISTS drivers)
    list(APPEND ${driver}_includes drivers/contract settings)
endforeach()
list(APPEND drivers/supervised_includes drivers/process)  # its targets are processes

set(drivers_includes ${drivers} drivers/contract)  # the list

set(record_includes stores/sqlite ports core async)
set(halts_includes stores/sqlite telemetry system pipeline/model ports core async)
set(control_includes telemetry system ports core async)
set(config_includes control record halts settings drivers drivers/contract ${adapters} pipeline pipeline/handling pipeline/making pipeline/model http system ports core async)
set(assembly_includes config ${config_includes})
set(api_includes assembly ${assembly_includes})
set(daemon_includes api ${api_includes})
set(host_includes daemon ${daemon_includes})
set(cli_includes host ${host_includes})

# The simulation looks at the house from outside.
set(sim/disk_includes core async)
set(sim/judge_includes core)

# Libraries other than the standard one; what is in no list here (POSIX, Linux) is the adapters' business, and not core's.
set(libraries asio spdlog fmt CLI toml\\+\\+ nlohmann SQLiteCpp sqlite3 systemd date microhttpd prometheus curl)
set(async_libraries asio)
set(core_libraries date)
set(http_libraries curl)
set(system_libraries systemd)
set(ports_libraries "")
foreach(layer IN ITEMS pipeline pipeline/model pipeline/making pipeline/handling queues/memory probes halts assembly daemon)
    set(${layer}_libraries fmt)
endforeach()
foreach(driver IN LISTS drivers)
    set(${driver}_libraries fmt)
endforeach()
set(drivers/systemd_libraries fmt systemd)
set(drivers/docker_libraries fmt nlohmann)
set(drivers/command_libraries fmt nlohmann)
set(notify_libraries fmt nlohmann)
set(stores/null_libraries "")
set(stores/sqlite_libraries fmt nlohmann SQLiteCpp sqlite3)
set(record_libraries fmt SQLiteCpp sqlite3)
set(telemetry_libraries fmt spdlog prometheus)
set(control_libraries fmt nlohmann microhttpd)
set(settings_libraries toml\\+\\+)
set(config_libraries fmt nlohmann toml\\+\\+)
set(api_libraries fmt nlohmann)
set(drivers/contract_libraries "")
set(sim/disk_libraries sqlite3)
set(sim/judge_libraries fmt nlohmann)
set(cli_libraries fmt nlohmann CLI curl)
set(standard_only core ports)

set(doors include/mayhem/async/detail/asio.hpp src/async/asio.cpp)

set(complaints "")
macro(complain text)
    string(APPEND complaints "  ${file}: ${text}\n")
endmacro()

# The layer of a path below include/mayhem/ or src/: the longest folder that it begins with; empty for none.
macro(find_layer path result)
    string(REGEX REPLACE "/[^/]*$" "" ${result} "${path}")
    while(NOT ${result} IN_LIST layers AND ${result} MATCHES "/")
        string(REGEX REPLACE "/[^/]*$" "" ${result} "${${result}}")
    endwhile()
    if(NOT ${result} IN_LIST layers)
        set(${result} "")
    endif()
endmacro()

# "mayhem/core/plan/x.hpp" and "core/plan/x.hpp" are in layer core.
macro(check_own_include path)
    string(REGEX REPLACE "^mayhem/" "" inner "${path}")
    find_layer("${inner}" included)
    if(NOT included)
        complain("\"${path}\" is in no layer: say \"mayhem/LAYER/file.hpp\" or \"LAYER/file.hpp\"")
    elseif(NOT included STREQUAL layer AND NOT included IN_LIST ${layer}_includes)
        complain("${layer} must not include ${included} (\"${path}\")")
    endif()
endmacro()

macro(check_library_include path)
    foreach(library IN LISTS libraries)
        if("${path}" MATCHES "^${library}(/|\\.h)")
            if(NOT library IN_LIST ${layer}_libraries)
                complain("${layer} must not include ${library} (<${path}>)")
            endif()
            if(library STREQUAL "asio" AND NOT file IN_LIST doors)
                complain("<${path}>: Asio enters through mayhem/async/detail/asio.hpp alone")
            endif()
        endif()
    endforeach()
    if("${path}" MATCHES "[./]" AND layer IN_LIST standard_only AND NOT "${path}" MATCHES "^date/")
        complain("${layer} must not include <${path}>: it is written in standard C++ alone")
    endif()
endmacro()

file(GLOB_RECURSE files RELATIVE ${ROOT} ${ROOT}/include/mayhem/*.hpp ${ROOT}/src/*.hpp ${ROOT}/src/*.cpp)
if(NOT files)
    message(FATAL_ERROR "There are no sources under ${ROOT}.")
endif()
foreach(file IN LISTS files)
    string(REGEX REPLACE "^(include/mayhem|src)/" "" inner ${file})
    find_layer("${inner}" layer)
    if(NOT layer)
        complain("is in no layer; the layers are ${layers}")
        continue()
    endif()
    file(STRINGS ${ROOT}/${file} lines REGEX "^[ \t]*#[ \t]*include")
    foreach(line IN LISTS lines)
        if(line MATCHES "\"(.+)\"")
            check_own_include("${CMAKE_MATCH_1}")
        elseif(line MATCHES "<(.+)>")
            check_library_include("${CMAKE_MATCH_1}")
        endif()
    endforeach()
endforeach()

if(complaints)
    message(FATAL_ERROR "Includes that the house does not allow:\n${complaints}")
endif()
list(LENGTH files count)
message(STATUS "The includes of ${count} files all point downwards.")

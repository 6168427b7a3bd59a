# Refuses the compilers that miscompile coroutines, and says so.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    message(FATAL_ERROR
        "GCC ${CMAKE_CXX_COMPILER_VERSION} silently miscompiles coroutines: an `if (co_await f())` in a coroutine that has no "
        "outer local jumps into the void, and braced aggregates, class-typed `?:` and by-copy lambda captures "
        "beside a co_await are destroyed twice. Use Clang 16 or newer, or GCC 13 or newer. On Debian 12:\n"
        "    apt-get install clang-19\n"
        "    cmake --preset release\n"
        "(the presets choose clang++-19; without a preset, pass -DCMAKE_CXX_COMPILER=clang++-19 to a new build folder).")
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 16)
    message(FATAL_ERROR
        "Clang ${CMAKE_CXX_COMPILER_VERSION} lacks parts of C++20 that this project is written in. Use Clang 16 or newer "
        "(on Debian 12: apt-get install clang-19), or GCC 13 or newer.")
endif()

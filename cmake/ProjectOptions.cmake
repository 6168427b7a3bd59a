# mayhem_options: what every target of the project is compiled with, and what no user of the library inherits.
add_library(mayhem_options INTERFACE)
target_compile_options(mayhem_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Woverloaded-virtual
    -Wimplicit-fallthrough -Wcast-align -Wformat=2
    $<$<CXX_COMPILER_ID:Clang>:-Wunused-result>
    $<$<BOOL:${MAYHEM_WERROR}>:-Werror>
    -fno-omit-frame-pointer)
if(CMAKE_UNITY_BUILD)
    # A local variable does not shadow what another file calls its own; where files are compiled alone, the warning is on.
    target_compile_options(mayhem_options INTERFACE -Wno-shadow)
endif()

if(MAYHEM_SANITIZE)
    target_compile_options(mayhem_options INTERFACE -fsanitize=${MAYHEM_SANITIZE} -fno-sanitize-recover=all)
    target_link_options(mayhem_options INTERFACE -fsanitize=${MAYHEM_SANITIZE})
endif()
if(MAYHEM_COVERAGE)
    target_compile_options(mayhem_options INTERFACE -fprofile-instr-generate -fcoverage-mapping)
    target_link_options(mayhem_options INTERFACE -fprofile-instr-generate)
endif()

# A compiler cache and a fast linker where they are installed: neither changes what is built.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # It must look into what is precompiled (Precompiled.cmake), not at when that was made, and what one clone has compiled is of use
    # to another one.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE_PROGRAM})
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    find_program(LLD_PROGRAM NAMES ld.lld-19 ld.lld)
    if(LLD_PROGRAM)
        target_link_options(mayhem_options INTERFACE --ld-path=${LLD_PROGRAM})
    endif()
endif()

# Link-time optimisation across the layers (7 % fewer instructions a message). The objects are fat: they hold machine code as
# well, so the tests, and users of the installed libraries, link as quickly and with any linker as ever.
set(MAYHEM_LTO_OPTIONS "")
set(MAYHEM_LTO_LINK_OPTIONS "")
if(MAYHEM_LTO)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 18 AND LLD_PROGRAM)
        set(MAYHEM_LTO_OPTIONS -flto=thin -ffat-lto-objects)
        # Clang says so to a linker that it chose itself, not to one that --ld-path names, which then links the machine code.
        if(MAYHEM_LTO_LINK)
            set(MAYHEM_LTO_LINK_OPTIONS ${MAYHEM_LTO_OPTIONS} LINKER:--fat-lto-objects)
        endif()
    else()
        message(STATUS "No link-time optimisation: it needs Clang 18 or newer and its lld")
    endif()
endif()

# mayhem_program(TARGET): a program that is optimised as a whole, with everything that it links.
function(mayhem_program target)
    target_compile_options(${target} PRIVATE ${MAYHEM_LTO_OPTIONS})
    target_link_options(${target} PRIVATE ${MAYHEM_LTO_LINK_OPTIONS})
endfunction()

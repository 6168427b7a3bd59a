# Finds standalone Asio (header only; Debian: libasio-dev) and defines Asio::asio.
#
# The project uses C++20 coroutines and compiles Asio's sources once, in src/async/asio.cpp: whoever links
# against Asio::asio has ASIO_SEPARATE_COMPILATION defined and gets them from mayhem::async.
find_path(Asio_INCLUDE_DIR asio.hpp)
mark_as_advanced(Asio_INCLUDE_DIR)
if(Asio_INCLUDE_DIR)
    file(STRINGS "${Asio_INCLUDE_DIR}/asio/version.hpp" version_line REGEX "#define ASIO_VERSION [0-9]+")
    string(REGEX REPLACE ".*ASIO_VERSION ([0-9]+).*" "\\1" version_number "${version_line}")
    math(EXPR major "${version_number} / 100000")
    math(EXPR minor "${version_number} / 100 % 1000")
    math(EXPR patch "${version_number} % 100")
    set(Asio_VERSION "${major}.${minor}.${patch}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Asio REQUIRED_VARS Asio_INCLUDE_DIR VERSION_VAR Asio_VERSION
    REASON_FAILURE_MESSAGE "Standalone Asio is missing: apt-get install libasio-dev")

if(Asio_FOUND AND NOT TARGET Asio::asio)
    find_package(Threads REQUIRED)
    add_library(Asio::asio INTERFACE IMPORTED)
    target_include_directories(Asio::asio SYSTEM INTERFACE "${Asio_INCLUDE_DIR}")
    target_compile_definitions(Asio::asio INTERFACE
        ASIO_STANDALONE ASIO_NO_DEPRECATED ASIO_SEPARATE_COMPILATION
        # Whether Asio 1.22 finds std::aligned_alloc depends on what was included before it, so that one file would free
        # with delete what another took from aligned_alloc.
        ASIO_DISABLE_STD_ALIGNED_ALLOC
        # Asio 1.22 knows the coroutines of MSVC and GCC only; Clang has them just the same.
        $<$<CXX_COMPILER_ID:Clang>:ASIO_HAS_CO_AWAIT> $<$<CXX_COMPILER_ID:Clang>:ASIO_HAS_STD_COROUTINE>)
    target_link_libraries(Asio::asio INTERFACE Threads::Threads)
endif()

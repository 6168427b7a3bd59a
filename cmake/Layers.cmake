# mayhem_layer(NAME [NO_ASIO] [APART file...] [PUBLIC_DEPENDS target...] [PRIVATE_DEPENDS target...] SOURCES file...)
#
# One layer of the house (docs/architecture.md) as a static library of its own, mayhem::NAME: it links against the
# layers below it and no others, so that a call upwards does not link. NO_ASIO: it knows
# nothing of Asio. APART: sources that are never compiled
# together with others (CMAKE_UNITY_BUILD), because names of their own are also those of a neighbour's own.
function(mayhem_layer name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "NO_ASIO" "" "APART;SOURCES;PUBLIC_DEPENDS;PRIVATE_DEPENDS")
    add_library(mayhem_${name} STATIC ${arg_SOURCES})
    add_library(mayhem::${name} ALIAS mayhem_${name})
    set_target_properties(mayhem_${name} PROPERTIES EXPORT_NAME ${name} OUTPUT_NAME mayhem-${name})
    target_include_directories(mayhem_${name}
        PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
        PRIVATE ${PROJECT_SOURCE_DIR}/src)
    target_compile_features(mayhem_${name} PUBLIC cxx_std_20)
    target_compile_options(mayhem_${name} PRIVATE ${MAYHEM_LTO_OPTIONS})
    target_link_libraries(mayhem_${name}
        PUBLIC ${arg_PUBLIC_DEPENDS}
        PRIVATE ${arg_PRIVATE_DEPENDS} $<BUILD_INTERFACE:mayhem_options>)
    set_source_files_properties(${arg_APART} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    if(arg_NO_ASIO)
        mayhem_use_precompiled(mayhem_${name} precompiled_standard)
    else()
        mayhem_use_precompiled(mayhem_${name} precompiled_house)
    endif()
endfunction()

# `cmake --install`: the program, and for other programs the foundation with find_package(mayhem).
include(CMakePackageConfigHelpers)

install(TARGETS mayhem RUNTIME)
install(TARGETS mayhem_async mayhem_core mayhem_ports EXPORT mayhem-targets ARCHIVE)
install(DIRECTORY include/mayhem DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/mayhem)
install(EXPORT mayhem-targets NAMESPACE mayhem:: DESTINATION ${package_dir})
configure_package_config_file(cmake/mayhem-config.cmake.in mayhem-config.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(mayhem-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/mayhem-config.cmake ${PROJECT_BINARY_DIR}/mayhem-config-version.cmake
              cmake/FindAsio.cmake
        DESTINATION ${package_dir})

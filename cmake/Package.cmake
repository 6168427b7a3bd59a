# `cpack --config BUILD/CPackConfig.cmake`: the Debian package of the daemon. Its component is left out of `cmake --install`,
# because it names places outside of every prefix.
include(cmake/Changelog.cmake)
set(inputs ${PROJECT_SOURCE_DIR}/cmake/package)
set(outputs ${PROJECT_BINARY_DIR}/package)
set(doc_dir /usr/share/doc/mayhem)
make_changelogs(${PROJECT_SOURCE_DIR}/docs/changelog.md ${outputs}/changelog.Debian ${outputs}/changelog.rpm)

# Debian wants manuals and changelogs compressed; without a time in them the package is the same each time it is built.
find_program(GZIP gzip)
mark_as_advanced(GZIP)
if(NOT GZIP)
    return()
endif()
function(compress source name)
    execute_process(COMMAND ${GZIP} -9nc ${source} OUTPUT_FILE ${outputs}/${name} COMMAND_ERROR_IS_FATAL ANY)
    set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
endfunction()
compress(${outputs}/changelog.Debian changelog.Debian.gz)
compress(${PROJECT_SOURCE_DIR}/docs/man/mayhem.1 mayhem.1.gz)
compress(${PROJECT_SOURCE_DIR}/docs/man/mayhem.toml.5 mayhem.toml.5.gz)

function(put where)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "AS" "")
    set(rename "")
    if(arg_AS)
        set(rename RENAME ${arg_AS})
    endif()
    install(FILES ${arg_UNPARSED_ARGUMENTS} DESTINATION ${where} ${rename} COMPONENT package EXCLUDE_FROM_ALL)
endfunction()
install(TARGETS mayhem RUNTIME DESTINATION /usr/bin COMPONENT package EXCLUDE_FROM_ALL)
put(/lib/systemd/system ${inputs}/mayhem.service ${inputs}/mayhem.socket ${inputs}/mayhem-holder.socket
    ${inputs}/mayhem-holder@.service)
put(/usr/lib/systemd/catalog ${inputs}/mayhem.catalog)
put(/usr/lib/sysusers.d ${inputs}/mayhem.sysusers AS mayhem.conf)
put(/etc/mayhem ${inputs}/mayhem.toml ${inputs}/holder.toml)
put(/usr/share/man/man1 ${outputs}/mayhem.1.gz)
put(/usr/share/man/man5 ${outputs}/mayhem.toml.5.gz)
put(/usr/share/bash-completion/completions ${inputs}/completion.bash AS mayhem)
put(/usr/share/zsh/vendor-completions ${inputs}/completion.zsh AS _mayhem)
put(/usr/share/fish/vendor_completions.d ${inputs}/completion.fish AS mayhem.fish)
put(${doc_dir} ${inputs}/copyright ${outputs}/changelog.Debian.gz ${PROJECT_SOURCE_DIR}/docs/openapi.json
    ${PROJECT_SOURCE_DIR}/docs/grafana-dashboard.json)
put(${doc_dir}/examples ${inputs}/process-driver.conf ${inputs}/docker-driver.conf ${inputs}/faults.conf
    ${inputs}/50-mayhem.rules)

set(CPACK_GENERATOR DEB)
set(CPACK_COMPONENTS_ALL package)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PACKAGE_NAME mayhem)
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR})
set(CPACK_PACKAGE_CONTACT "The Mayhem Mandrill authors <mayhem@mandrill.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "restarts this host's own services at random moments")
set(CPACK_PACKAGE_DESCRIPTION
"Mayhem is a chaos monkey for plain Linux hosts: a daemon that restarts
processes and containers which something else keeps alive, proves that each
one came back, and tells how long it took. As installed it is a dry run
without targets, and harmless.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "systemd, tzdata")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "dbus, polkitd")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${inputs}/conffiles ${inputs}/postinst ${inputs}/prerm ${inputs}/postrm)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)

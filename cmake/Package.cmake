# `cpack --config BUILD/CPackConfig.cmake`: the Debian package of the daemon; with `-G RPM` one for distributions with rpm, with
# `-G TGZ` a tarball for any with glibc 2.36 or newer. Their components are left out of `cmake --install`, because they name places
# outside of every prefix.
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

# Below whatever prefix, with the libraries that it needs.
install(CODE "execute_process(COMMAND bash ${inputs}/bundle.sh $<TARGET_FILE:mayhem> \$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}
                              COMMAND_ERROR_IS_FATAL ANY)" COMPONENT portable EXCLUDE_FROM_ALL)
function(bring where)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "AS;COMPONENT" "")
    set(rename "")
    if(arg_AS)
        set(rename RENAME ${arg_AS})
    endif()
    if(NOT arg_COMPONENT)
        set(arg_COMPONENT portable)
    endif()
    install(FILES ${arg_UNPARSED_ARGUMENTS} DESTINATION ${where} ${rename} COMPONENT ${arg_COMPONENT} EXCLUDE_FROM_ALL)
endfunction()
bring(lib/systemd/system ${inputs}/mayhem.service ${inputs}/mayhem.socket ${inputs}/mayhem-holder.socket
      ${inputs}/mayhem-holder@.service)
bring(lib/systemd/catalog ${inputs}/mayhem.catalog)
bring(lib/sysusers.d ${inputs}/mayhem.sysusers AS mayhem.conf)
bring(share/man/man1 ${outputs}/mayhem.1.gz)
bring(share/man/man5 ${outputs}/mayhem.toml.5.gz)
bring(share/bash-completion/completions ${inputs}/completion.bash AS mayhem)
bring(share/zsh/site-functions ${inputs}/completion.zsh AS _mayhem)
bring(share/fish/vendor_completions.d ${inputs}/completion.fish AS mayhem.fish)
bring(share/doc/mayhem ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/docs/changelog.md ${PROJECT_SOURCE_DIR}/docs/openapi.json
      ${PROJECT_SOURCE_DIR}/docs/grafana-dashboard.json)
bring(share/doc/mayhem/examples ${inputs}/process-driver.conf ${inputs}/docker-driver.conf ${inputs}/faults.conf
      ${inputs}/50-mayhem.rules)
bring(/etc/mayhem ${inputs}/mayhem.toml ${inputs}/holder.toml COMPONENT portable_rpm)
bring(share/doc/mayhem/examples ${inputs}/mayhem.toml ${inputs}/holder.toml COMPONENT portable_tarball)
install(PROGRAMS ${inputs}/install.sh DESTINATION . COMPONENT portable_tarball EXCLUDE_FROM_ALL)

set(CPACK_GENERATOR DEB)
set(CPACK_PROJECT_CONFIG_FILE ${inputs}/kinds.cmake)
set(CPACK_COMPONENTS_ALL package portable portable_rpm portable_tarball)
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

set(CPACK_RPM_COMPONENT_INSTALL ON)
set(CPACK_RPM_PACKAGE_DESCRIPTION "${CPACK_PACKAGE_DESCRIPTION}")
set(CPACK_RPM_SPEC_MORE_DEFINE "%define packager ${CPACK_PACKAGE_CONTACT}
%define _build_id_links none")
set(CPACK_RPM_FILE_NAME RPM-DEFAULT)
set(CPACK_RPM_PACKAGE_RELEASE 1)
set(CPACK_RPM_PACKAGE_LICENSE MIT)
set(CPACK_RPM_PACKAGE_GROUP "System Environment/Daemons")
# What it brings along is its own affair: neither asked of others nor offered to them.
set(CPACK_RPM_PACKAGE_AUTOREQPROV "no")
set(CPACK_RPM_PACKAGE_REQUIRES "glibc >= 2.36, systemd, (tzdata or timezone)")
set(CPACK_RPM_USER_FILELIST "%config(noreplace) /etc/mayhem/mayhem.toml" "%config(noreplace) /etc/mayhem/holder.toml")
set(CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION
    /etc /etc/mayhem /usr/bin /usr/lib /usr/lib/systemd /usr/lib/systemd/catalog /usr/lib/systemd/system /usr/lib/sysusers.d /usr/share
    /usr/share/bash-completion /usr/share/bash-completion/completions /usr/share/doc /usr/share/fish
    /usr/share/fish/vendor_completions.d /usr/share/man /usr/share/man/man1 /usr/share/man/man5 /usr/share/zsh
    /usr/share/zsh/site-functions)
set(CPACK_RPM_POST_INSTALL_SCRIPT_FILE ${inputs}/rpm/postin)
set(CPACK_RPM_PRE_UNINSTALL_SCRIPT_FILE ${inputs}/rpm/preun)
set(CPACK_RPM_POST_UNINSTALL_SCRIPT_FILE ${inputs}/rpm/postun)
set(CPACK_RPM_CHANGELOG_FILE ${outputs}/changelog.rpm)
set(CPACK_ARCHIVE_COMPONENT_INSTALL ON)
set(CPACK_ARCHIVE_FILE_NAME mayhem-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR})
include(CPack)

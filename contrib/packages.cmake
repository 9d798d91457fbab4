# Debian packages: pchat-plugins (checks, observer, handlers, runner, pchatctl), pchat-agentx (the SNMP subagent), pchat-doc.
#
#   cmake --preset package && cmake --build --preset package && cpack --config build/package/CPackConfig.cmake -B build/package
#
# What they put where is architecture of the house; contrib/debian has what runs when they are installed, and their changelog.
set(units "/lib/systemd/system")

install(FILES contrib/systemd/pchat-observer.service contrib/systemd/pchat-observer.socket contrib/systemd/pchat-runner.path
  contrib/systemd/pchat-runner.service contrib/systemd/pchat-runner.socket DESTINATION "${units}" COMPONENT plugins)
install(FILES contrib/systemd/pchat-plugins.sysusers.conf DESTINATION "${CMAKE_INSTALL_PREFIX}/lib/sysusers.d"
  RENAME pchat-plugins.conf COMPONENT plugins)
install(FILES contrib/systemd/pchat-plugins.tmpfiles.conf DESTINATION "${CMAKE_INSTALL_PREFIX}/lib/tmpfiles.d"
  RENAME pchat-plugins.conf COMPONENT plugins)
install(FILES contrib/systemd/pchat-agentx.service DESTINATION "${units}" COMPONENT agentx)
# What runs on SQL Servers and Windows hosts, and the scripts as they are compiled in: to be read, copied and run by people.
install(DIRECTORY contrib/sql contrib/windows contrib/runbooks contrib/supervise
  DESTINATION "${CMAKE_INSTALL_PREFIX}/share/pchat-plugins" COMPONENT plugins USE_SOURCE_PERMISSIONS)
install(FILES contrib/snmp/snmpd.conf contrib/snmp/snmptrapd.conf
  DESTINATION "${CMAKE_INSTALL_PREFIX}/share/doc/pchat-agentx/examples" COMPONENT agentx)
install(FILES README.md NEWS DESTINATION "${CMAKE_INSTALL_PREFIX}/share/doc/pchat-doc" COMPONENT doc)
install(DIRECTORY docs/ DESTINATION "${CMAKE_INSTALL_PREFIX}/share/doc/pchat-doc/manual" COMPONENT doc)

find_program(GZIP gzip)
set(changelog "${CMAKE_CURRENT_BINARY_DIR}/changelog.gz")
if(GZIP)
  add_custom_command(OUTPUT "${changelog}"
    COMMAND "${GZIP}" -9nc "${CMAKE_CURRENT_SOURCE_DIR}/contrib/debian/changelog" > "${changelog}"
    DEPENDS contrib/debian/changelog VERBATIM)
  add_custom_target(changelog ALL DEPENDS "${changelog}")
endif()
foreach(component plugins agentx doc)
  set(about "${CMAKE_INSTALL_PREFIX}/share/doc/pchat-${component}")
  install(FILES contrib/debian/copyright DESTINATION "${about}" COMPONENT ${component})
  install(FILES "${changelog}" DESTINATION "${about}" COMPONENT ${component} OPTIONAL)
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_VENDOR "pchat-plugins")
set(CPACK_PACKAGE_CONTACT "The pchat-plugins authors <maintainers@pchat-plugins.invalid>")
# Each package has a line of its own instead.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX "${CMAKE_INSTALL_PREFIX}")
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL plugins agentx doc)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)

set(CPACK_DEBIAN_PLUGINS_PACKAGE_NAME pchat-plugins)
set(CPACK_DEBIAN_PLUGINS_DESCRIPTION "watch Microsoft Persistent Chat pools, and fail them over safely
Checks for Nagios, Icinga, Zabbix and Prometheus tell how far the backup site
of a Lync Server 2013 or Skype for Business 2015 Persistent Chat pool is
behind, which site serves, whether its servers are well, and whether one could
fail over right now. Event handlers and a runner carry out the documented
failover and failback: planned, approved, journaled and resumable.")
set(CPACK_DEBIAN_PLUGINS_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PLUGINS_PACKAGE_DEPENDS
  "systemd | systemd-standalone-sysusers, systemd | systemd-standalone-tmpfiles, init-system-helpers (>= 1.54~)")
set(CPACK_DEBIAN_PLUGINS_PACKAGE_RECOMMENDS "ca-certificates")
set(CPACK_DEBIAN_PLUGINS_PACKAGE_SUGGESTS "pchat-agentx, pchat-doc")
set(CPACK_DEBIAN_AGENTX_PACKAGE_NAME pchat-agentx)
set(CPACK_DEBIAN_AGENTX_DESCRIPTION "tell SNMP managers of Microsoft Persistent Chat pools
An AgentX subagent for snmpd that shows the pools which pchat-observer watches
under PCHAT-MIB - instances, copies, log shipping, chat servers, certificates,
conditions and runs - and sends notifications. It holds no credential.")
set(CPACK_DEBIAN_AGENTX_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_AGENTX_PACKAGE_DEPENDS "pchat-plugins (= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_AGENTX_PACKAGE_RECOMMENDS "snmpd")
set(CPACK_DEBIAN_DOC_PACKAGE_NAME pchat-doc)
set(CPACK_DEBIAN_DOC_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_DOC_PACKAGE_SECTION doc)
set(CPACK_DEBIAN_DOC_DESCRIPTION "manual of pchat-plugins
How Persistent Chat pools are watched, failed over and brought home: topology,
monitoring logins, every condition and what to do, failover and failback step
by step, drills, readiness and SNMP.")

foreach(package PLUGINS AGENTX)
  string(TOLOWER ${package} name)
  set(CPACK_DEBIAN_${package}_PACKAGE_CONTROL_STRICT_PERMISSION ON)
  set(scripts)
  foreach(script postinst prerm postrm)
    list(APPEND scripts "${CMAKE_CURRENT_SOURCE_DIR}/contrib/debian/${name}/${script}")
  endforeach()
  set(CPACK_DEBIAN_${package}_PACKAGE_CONTROL_EXTRA "${scripts}")
endforeach()
include(CPack)

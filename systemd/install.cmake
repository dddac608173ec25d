# Installs the two files that say where others are: run at installation, when the prefix is known.
#
# source, build: folders of the project. systemd has no notion of a prefix for programs, and below /etc nothing may be
# written, which is where the sample's journal would lie.

function(install_with file pattern replacement destination)
  file(READ "${source}/${file}" text)
  string(REPLACE "${pattern}" "${replacement}" changed "${text}")
  string(FIND "${text}" "${pattern}" found)
  if(found EQUAL -1)
    message(FATAL_ERROR "${file}: expected ${pattern}, which is replaced when it is installed; mend systemd/install.cmake")
  endif()
  get_filename_component(name "${file}" NAME)
  file(WRITE "${build}/${name}" "${changed}")
  file(INSTALL "${build}/${name}" DESTINATION "${destination}")
endfunction()

install_with(systemd/avbrottsvakt.service /usr/sbin/ "${CMAKE_INSTALL_PREFIX}/sbin/"
             "${CMAKE_INSTALL_PREFIX}/lib/systemd/system")
install_with(config/avbrottsvakt.yaml ../var/avbrottsvakt.db /var/lib/avbrottsvakt/avbrottsvakt.db
             /etc/avbrottsvakt/config)

# Installs the two files that say where others are: run at installation, when the prefix is known.
#
# source, build: folders of the project. systemd has no notion of a prefix for programs.

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
# A service reads topics, and the sources are read where the journal lies unless they say otherwise: with the sample's
# journal in a file it would not start.
set(in_a_file [[
# Den inbäddade journalen räcker för en dator. Med Kafka i stället:
#   journal: {kafka: {bootstrap: "kafka-1:9092", prefix: avbrottsvakt, partitions: 1, replication: 3}}
journal:
  sqlite: {path: ../var/avbrottsvakt.db}
]])
set(on_kafka [[
# Var Kafka finns: journalen, och de källor som inte namnger någon annan. replication är 3 när mäklarna är tre eller fler.
# Med journalen i en fil i stället måste varje källa på Kafka namnge sin mäklare (bootstrap, bredvid topic):
#   journal: {sqlite: {path: /var/lib/avbrottsvakt/avbrottsvakt.db}}
journal:
  kafka: {bootstrap: "localhost:9092", prefix: avbrottsvakt, partitions: 1, replication: 1}
]])
install_with(config/avbrottsvakt.yaml "${in_a_file}" "${on_kafka}" /etc/avbrottsvakt/config)

#pragma once

#include <string_view>

namespace avbrottsvakt::fuzz {

// What any bytes are given to. Each returns whatever the bytes are, and aborts with a reason if what it promises does
// not hold: an error says something, and what was accepted survives being written and read again.

/// A record of a source of the sample region, from its bytes to the input of the log and back. Bytes that begin with
/// \x01 carry headers: "name: value" a line, up to an empty line.
void alertmanager(std::string_view bytes);
void zabbix(std::string_view bytes);
void icinga2(std::string_view bytes);
void cloudevents(std::string_view bytes);
void signal(std::string_view bytes);
void commands(std::string_view bytes);
/// The file of a source, up to a compiled mapping; one that can be compiled is used.
void mapping(std::string_view bytes);
/// Any file in YAML; the first byte says of which kind.
void yaml(std::string_view bytes);
/// An input of the log.
void input(std::string_view bytes);
/// A state record: its key, "\n", its value.
void state(std::string_view bytes);
/// A bundle of catalogue and rules, up to the compiled catalogue.
void bundle(std::string_view bytes);
/// An output as topics carry it; the first byte says which topic and format.
void output(std::string_view bytes);

struct Target {
  const char* name;
  void (*run)(std::string_view bytes);
};
inline constexpr Target kTargets[] = {
    {"alertmanager", alertmanager},
    {"zabbix", zabbix},
    {"icinga2", icinga2},
    {"cloudevents", cloudevents},
    {"signal", signal},
    {"commands", commands},
    {"mapping", mapping},
    {"yaml", yaml},
    {"input", input},
    {"state", state},
    {"bundle", bundle},
    {"output", output},
};

}  // namespace avbrottsvakt::fuzz

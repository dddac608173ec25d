#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "mapping/mapping.h"

namespace avbrottsvakt::test {

/// The Alertmanager webhook, version 4, as config/sources/alertmanager.yaml maps it.
MappingSpec alertmanager();

/// Zabbix' NDJSON export, as language.md's example: a recovery joins its problem by p_eventid.
MappingSpec zabbix();

/// One rule of a document {"id": …, "state": …, "at": …}, to be changed by a test.
MappingSpec simple();

/// Checks that there are no faults.
std::unique_ptr<Mapping> compiled(const MappingSpec& spec);

/// One alert of a webhook, and the webhook around alerts.
std::string alert(std::string_view status, std::string_view severity, std::string_view ends_at,
                  std::string_view fingerprint = "a1bc48475b20e73d");
std::string webhook(std::string_view alerts, int truncated = 0);

}  // namespace avbrottsvakt::test

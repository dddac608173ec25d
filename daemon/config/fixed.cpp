#include "config/fixed.h"

#include <google/protobuf/util/message_differencer.h>

#include "config/loader.h"

namespace avbrottsvakt {

Errors fixed_while_running(const Region& running, const Region& next, bool journal_configured) {
  const v1::Configuration& was = running.configuration;
  const v1::Configuration& is = next.configuration;
  Errors errors;
  const auto refuse = [&](const char* field, const std::string& message) {
    // Read again for its places: they are seldom needed, and the region was in order a moment ago.
    v1::Configuration again;
    Places places(next.file.string());
    static_cast<void>(load_message(next.file, again, &places));
    Error error(ErrorCode::invalid_input, message, "write back what was there, or stop the daemon and start it again");
    error.place = places.at(field);
    errors.push_back(std::move(error));
  };
  if (was.domain() != is.domain()) {
    refuse("domain", "the domain cannot change from " + was.domain() + " to " + is.domain() +
                         " while the daemon runs: its log and its state belong to that domain");
  }
  if (journal_configured && !google::protobuf::util::MessageDifferencer::Equals(was.journal(), is.journal())) {
    refuse(
        "journal",
        "the journal, its brokers and their settings cannot change while the daemon runs: what it has heard and said "
        "lies there");
  }
  // Not given is the default, and not another one.
  const auto format = [](const v1::Configuration& configuration) {
    return configuration.output_format() == v1::OUTPUT_FORMAT_PROTOBUF;
  };
  if (format(was) != format(is)) {
    refuse("output_format",
           "output_format cannot change while the daemon runs: who reads its topics expects the other");
  }
  return errors;
}

}  // namespace avbrottsvakt

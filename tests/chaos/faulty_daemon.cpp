// The daemon with one fault planted in it, to see that the harness would notice such a fault. Same engine, same intake,
// same journals; between owner and journal stands a decorator that breaks one promise. Never installed.
//
//   chaos_faulty_daemon FAULT CONFIG JOURNAL
//
// README.md says which faults there are.
// Exit status: 0 stopped by a signal; 1 the daemon ended by itself; 2 wrong use.

#include <poll.h>
#include <unistd.h>

#include <iostream>
#include <map>
#include <memory>
#include <string>

#include "app/daemon.h"
#include "app/guarded_clock.h"
#include "app/journals.h"
#include "app/logging.h"
#include "app/service.h"
#include "app/system_clock.h"
#include "config/region.h"
#include "config/source.h"
#include "faulty_links.h"

namespace avbrottsvakt {
namespace {

enum class Fault { outputs_outside, state_not_written, position_not_kept, offset_not_sent, restore_before_fencing };

const std::map<std::string, Fault> kFaults = {{"outputs-outside", Fault::outputs_outside},
                                              {"state-not-written", Fault::state_not_written},
                                              {"position-not-kept", Fault::position_not_kept},
                                              {"offset-not-sent", Fault::offset_not_sent},
                                              {"restore-before-fencing", Fault::restore_before_fencing}};

// As wide as it is when the disk or the broker is slow, so that few disturbances are needed to fall into it.
constexpr int kSlowMs = 100;
constexpr int kFreezableMs = 500;

/// Passes everything on, but for what commit() is to break.
class FaultyJournal final : public Journal {
 public:
  FaultyJournal(std::unique_ptr<Journal> journal, Fault fault) : journal_(std::move(journal)), fault_(fault) {}

  Result<Restored> take_over(const std::function<void(std::int64_t)>& progress) override {
    Result<Restored> restored = journal_->take_over(progress);
    if (restored) position_ = restored->next_position;
    return restored;
  }
  Result<std::vector<Record>> poll(std::size_t max, Millis wait) override { return journal_->poll(max, wait); }

  Result<void> commit(const Commit& commit) override {
    Commit rest = commit;
    if (fault_ == Fault::state_not_written) {
      std::erase_if(rest.state, [](const Commit::Put& put) { return put.key.starts_with("incident/"); });
    } else if (fault_ == Fault::position_not_kept) {
      std::erase_if(rest.state, [](const Commit::Put& put) { return put.key.starts_with("applied/"); });
      rest.positions.clear();
    } else if (fault_ == Fault::restore_before_fencing) {
      // The harness freezes it here, where nothing is open that would run out meanwhile.
      std::cerr << "planted: will commit soon" << std::endl;
      ::poll(nullptr, 0, kFreezableMs);
    } else if (fault_ == Fault::outputs_outside && !commit.outputs.empty()) {
      Commit outputs;
      outputs.next_position = position_;
      outputs.now = commit.now;
      outputs.outputs = std::move(rest.outputs);
      rest.outputs.clear();
      if (Result<void> done = journal_->commit(outputs); !done) return done;
      ::poll(nullptr, 0, kSlowMs);
    }
    Result<void> done = journal_->commit(rest);
    if (done) position_ = commit.next_position;
    return done;
  }

  Result<std::optional<LogTime>> append(std::string_view value) override { return journal_->append(value); }
  Result<void> append_all(const std::vector<std::string>& values) override { return journal_->append_all(values); }
  Result<void> append_stamped(std::string_view value, LogTime stamp) override {
    return journal_->append_stamped(value, stamp);
  }
  Result<void> store_bundle(const std::string& hash, std::string_view bytes) override {
    return journal_->store_bundle(hash, bytes);
  }
  Result<std::string> load_bundle(const std::string& hash) override { return journal_->load_bundle(hash); }
  void interrupt() override { journal_->interrupt(); }
  void close() override { journal_->close(); }

 private:
  std::unique_ptr<Journal> journal_;
  Fault fault_;
  std::int64_t position_ = 0;
};

int wrong(const Error& error) {
  std::cerr << to_string(error) << "\n";
  return 2;
}

int run(Fault fault, const std::string& config, const std::string& journal_name) {
  const auto region = load_region(config);
  if (!region) return wrong(region.error().front());
  const std::string& domain = region->configuration.domain();
  auto sources = load_sources(region->sources_folder(), domain);
  if (!sources) return wrong(sources.error().front());
  Result<JournalChoice> choice = parse_journal(journal_name);
  if (!choice) return wrong(choice.error());

  if (fault == Fault::offset_not_sent || fault == Fault::restore_before_fencing) {
    if (choice->kind != JournalChoice::Kind::kafka) {
      return wrong(Error(ErrorCode::invalid_input, "this fault lies in the journal on Kafka", "name such a journal"));
    }
    faulty::begin(
        fault == Fault::offset_not_sent ? faulty::Link::offset_not_sent : faulty::Link::restore_before_fencing,
        choice->kafka.prefix + "-" + domain);
  }
  const Log log("info");
  const SystemClock machine;
  GuardedClock clock(machine);
  choice->kafka.log = log.kafka_sink();
  Result<std::unique_ptr<Journal>> opened = open_journal(*choice, domain, false, clock);
  if (!opened) return wrong(opened.error());
  FaultyJournal journal(std::move(*opened), fault);

  Daemon::Options options;
  options.owner.domain = domain;
  options.files.bundle_hash = region->hash;
  options.files.bundle_bytes = region->bundle;
  options.files.sources = std::move(*sources);
  if (choice->kind == JournalChoice::Kind::kafka) {
    options.kafka.bootstrap = choice->kafka.bootstrap;
    options.kafka.client_id = "avbrottsvakt-faulty";
    options.kafka.log = log.kafka_sink();
  }
  Daemon::Hooks hooks;
  hooks.said = [](const Owner::Turn&) {};
  hooks.note = [&](const std::string& text) { log.info(text); };
  hooks.trouble = [&](const std::string& where, const Error& error) { log.warn(where + ": " + error.message); };
  hooks.alarm = [&](const std::string& text) { log.error(text); };
  hooks.calm = [&](const std::string& text) { log.info(text); };
  hooks.ready = [&] { log.info("follows domain " + domain + " in " + choice->text()); };

  Daemon daemon(journal, clock, std::move(options), std::move(hooks));
  const Result<void> done = run_until_signalled([&] { return daemon.run(); }, {[&] { daemon.stop(); }, [] {}});
  journal.close();
  if (!done) log.error(done.error().message);
  return done ? 0 : 1;
}

}  // namespace
}  // namespace avbrottsvakt

int main(int argc, char** argv) {
  const auto fault = avbrottsvakt::kFaults.find(argc > 1 ? argv[1] : "");
  if (argc != 4 || fault == avbrottsvakt::kFaults.end()) {
    std::cerr << "usage: " << argv[0] << " FAULT CONFIG JOURNAL\nFAULT is one of";
    for (const auto& [name, ignored] : avbrottsvakt::kFaults) std::cerr << " " << name;
    std::cerr << "\n";
    return 2;
  }
  return avbrottsvakt::run(fault->second, argv[2], argv[3]);
}

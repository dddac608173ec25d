// How other files are put in force while the daemon runs.

#include <algorithm>
#include <utility>

#include "app/daemon.h"
#include "app/readers.h"

namespace avbrottsvakt {

void Daemon::reload(Files files) {
  // It is begun after the turn that goes on now; waking the owner could cut a taking over short.
  const std::lock_guard lock(mutex_);
  asked_ = std::move(files);
}

void Daemon::ask_again() {
  const std::lock_guard lock(mutex_);
  if (reload_ && !asked_) {
    asked_ = std::move(reload_->files);
  }
  reload_.reset();
}

Result<Daemon::Reload> Daemon::prepare(Files files) const {
  Reload reload{std::move(files), {}, owner_.engine().bundle_hash()};
  for (const SourceSpec& source : reload.files.sources) {
    if (Result<Decoder> decoder = Decoder::make(source.mapping); !decoder) {
      return fail(std::move(decoder.error()));
    }
    // What is read from the same place goes on with the same reader: standard input cannot be read twice.
    std::shared_ptr<Reader> reader;
    for (std::size_t i = 0; i < readers_.size(); ++i) {
      const SourceSpec& known = options_.files.sources[i];
      if (known.mapping.source == source.mapping.source && known.input == source.input) {
        reader = readers_[i];
      }
    }
    if (reader == nullptr && source.input) {
      Result<std::unique_ptr<Reader>> opened = reader_of(source, options_.kafka, options_.run_id);
      if (!opened) {
        return fail(std::move(opened.error()));
      }
      reader = std::move(*opened);
    }
    reload.readers.push_back(std::move(reader));
  }
  return reload;
}

Result<void> Daemon::begin_reload(Files files) {
  Result<Reload> prepared = prepare(std::move(files));
  if (!prepared) {
    end_reload(fail(std::move(prepared.error())));
    return {};
  }
  reload_ = std::move(*prepared);
  if (reload_->files.bundle_hash == reload_->previous) {
    return {};  // Only sources differ, if anything does.
  }
  Result<void> asked = activate(reload_->files, reload_->previous);
  if (!asked && asked.error().action != Remedy::retry && asked.error().code != ErrorCode::fenced) {
    // The journal does not take the bundle, and is none the worse for it.
    end_reload(asked);
    return {};
  }
  return asked;
}

void Daemon::end_reload(const Result<void>& how) {
  reload_.reset();
  hooks_.reloaded(how);
}

Result<void> Daemon::carry_reload() {
  const std::string& in_force = owner_.engine().bundle_hash();
  if (!reload_) {
    std::optional<Files> asked;
    {
      const std::lock_guard lock(mutex_);
      // The first activation of all is on its way: what is expected to be in force is known when it is.
      if (!in_force.empty()) {
        std::swap(asked, asked_);
      }
    }
    if (!asked) {
      return {};
    }
    if (Result<void> begun = begin_reload(std::move(*asked)); !begun || !reload_) {
      return begun;
    }
  }
  if (in_force == reload_->files.bundle_hash) {
    Reload done = std::move(*reload_);
    const bool differ = options_.files.sources != done.files.sources;
    options_.files = std::move(done.files);
    Result<void> started;
    if (differ) {
      stop_sources();
      readers_ = std::move(done.readers);
      started = start_sources();
    }
    // Said last: whoever has heard it may count on no source being read any more that the files do not name.
    end_reload({});
    return started;
  }
  if (in_force == reload_->previous) {
    return {};  // Its Activate has not been read yet.
  }
  if (in_force == options_.files.bundle_hash) {
    // Our own files, activated at the start, came in between.
    return begin_reload(std::move(reload_->files));
  }
  end_reload(fail(ErrorCode::conflict,
                  "somebody else put bundle " + in_force + " in force meanwhile, and that is what holds",
                  "see whose files they are, then reload again"));
  return {};
}

}  // namespace avbrottsvakt

#pragma once

#include <memory>

#include "base/clock.h"
#include "journal/embedded_journal.h"

namespace avbrottsvakt {

/// What outlives a journal in memory, as a disk does: open another journal on it, and it is as after a restart.
class MemoryStore {
 public:
  /// `exercise`: stamps may be set by a script.
  explicit MemoryStore(bool exercise = false);
  ~MemoryStore();
  MemoryStore(const MemoryStore&) = delete;
  MemoryStore& operator=(const MemoryStore&) = delete;

  struct Contents;
  Contents& contents() { return *contents_; }

 private:
  std::unique_ptr<Contents> contents_;
};

/// The journal's promises without a disk, for tests and tools. Several may be open on one store: each take_over fences
/// the one before, as on Kafka. Keeps everything: memory grows with what is appended and said.
/// `clock` must outlive the journal.
std::unique_ptr<EmbeddedJournal> open_memory_journal(std::shared_ptr<MemoryStore> store, const Clock& clock);

}  // namespace avbrottsvakt

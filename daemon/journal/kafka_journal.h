#pragma once

#include <memory>

#include "base/clock.h"
#include "journal/journal.h"
#include "journal/kafka_topics.h"

namespace avbrottsvakt {

/// The journal on Kafka. The partition that the domain lies in has one owner:
///
/// - A consumer group per domain chooses it among the daemons that run; the others stand by in take_over(). The group
///   alone is not enough: a process that slept through its session still believes that it owns.
/// - So commits go through a transactional producer whose id names domain and partition. Taking over fences every
/// earlier
///   one and ends its open transaction; what it had not committed is never visible.
/// - Each commit also carries the position, as a member of the group in its present generation.
///
/// Every commit writes state, outputs, applied positions and a meta record. Taking over compares the meta record with
/// the group's committed offset: they differ only if a transaction was torn, and then nothing may go on.
///
/// Appends go through an idempotent producer without transactions, so that an appender that dies hides nothing behind
/// an open one. The broker stamps them.
///
/// When a standby comes or goes, the group decides anew. poll() then gives nothing until it has; if this process is
/// chosen again and nothing was committed meanwhile, it goes on as before, else poll() says fenced.
///
/// Time:    until an error is said: commit() 65 s at the very most (begin 5, records 10, offsets and end 18, a producer
///          made anew 32); usually 3 to 30 ms. append() 17 s. take_over() while the group has not chosen us 10 s, then
///          retry; fencing 33 s; reading as long as it goes on, 30 s when it does not. close() 45 s, usually
///          well under one. poll() its wait, and 5 s when the session has ended meanwhile.
/// Bounds:  256 MiB of inputs fetched ahead; a commit 1,000,000 records or 256 MiB; appends 10,000 or 64 MiB under way.
///
/// Destroying without close() is as a crash: the group waits for the session to end, ten seconds.
class KafkaJournal final : public Journal {
 public:
  /// Checks the options; no broker is asked. `clock` must outlive the journal; only its steady side is used, except to
  /// name the member.
  /// Errors: invalid_input.
  [[nodiscard]] static Result<std::unique_ptr<KafkaJournal>> open(KafkaJournalOptions options, const Clock& clock);
  ~KafkaJournal() override;

  /// Also unavailable, retry: another daemon owns the domain, this one stands by. Also not_found, stop: topics missing.
  [[nodiscard]] Result<Restored> take_over(const std::function<void(std::int64_t)>& progress) override;
  /// Also not_found, stop: inputs were deleted before they were read. invalid_input, stop: stamps of the wrong kind.
  [[nodiscard]] Result<std::vector<Record>> poll(std::size_t max, Millis wait) override;
  [[nodiscard]] Result<void> commit(const Commit& commit) override;
  /// In an exercise: invalid_input, since the real time has no place among its stamps.
  [[nodiscard]] Result<std::optional<LogTime>> append(std::string_view value) override;
  [[nodiscard]] Result<void> append_all(const std::vector<std::string>& values) override;
  [[nodiscard]] Result<void> append_stamped(std::string_view value, LogTime stamp) override;
  [[nodiscard]] Result<void> store_bundle(const std::string& hash, std::string_view bytes) override;
  [[nodiscard]] Result<std::string> load_bundle(const std::string& hash) override;
  void interrupt() override;
  void close() override;

 private:
  struct Impl;
  explicit KafkaJournal(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace avbrottsvakt

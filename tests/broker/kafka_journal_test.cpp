#include "journal/kafka_journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <set>
#include <thread>

#include "base/digest.h"
#include "broker/broker.h"
#include "journal/kafka_meta.h"

namespace avbrottsvakt {
namespace {

using test::new_options;
using test::new_owner;
using test::poll_all;
using test::sorted;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

std::vector<std::string> values(const std::vector<Journal::Record>& records) {
  std::vector<std::string> all;
  for (const auto& record : records) all.push_back(record.value);
  return all;
}

void append(Journal& journal, const std::vector<std::string>& inputs) {
  const auto done = journal.append_all(inputs);
  ASSERT_TRUE(done) << to_string(done.error());
}

void commit(Journal& journal, const Journal::Commit& what) {
  const auto done = journal.commit(what);
  ASSERT_TRUE(done) << to_string(done.error());
}

/// What a shell command prints.
std::string output_of(const std::string& command) {
  std::string text;
  FILE* pipe = popen(command.c_str(), "r");
  std::array<char, 4096> buffer{};
  std::size_t size = 0;
  while ((size = fread(buffer.data(), 1, buffer.size(), pipe)) > 0) text.append(buffer.data(), size);
  EXPECT_EQ(pclose(pipe), 0) << command << "\n(kcat missing? Remedy: ./scripts/setup --kafka)";
  return text;
}

TEST(KafkaJournal, BeginsFreshAtTheFirstInput) {
  const auto options = new_options();
  ASSERT_TRUE(create_topics(options));
  auto journal = KafkaJournal::open(options, test::real_clock());
  append(**journal, {"before anybody owned"});
  const auto restored = test::become_owner(**journal);
  ASSERT_TRUE(restored) << to_string(restored.error());
  EXPECT_TRUE(restored->fresh);
  EXPECT_EQ(restored->next_position, 0);
  EXPECT_THAT(restored->state, IsEmpty());
  EXPECT_THAT(values(poll_all(**journal, 1)), ElementsAre("before anybody owned"));
}

TEST(KafkaJournal, ARestartKeepsStateAndPosition) {
  const auto options = new_options();
  auto journal = new_owner(options);
  append(*journal, {"a", "b", "c", "d"});
  const auto records = poll_all(*journal, 4);
  commit(*journal, {2, records[1].stamp, {{"kept", "1"}, {"changed", "1"}, {"deleted", "1"}, {"empty", ""}}, {}, {}});
  commit(*journal, {3, records[2].stamp, {{"changed", "2"}, {"deleted", std::nullopt}}, {}, {}});
  journal->close();

  auto again = KafkaJournal::open(options, test::real_clock());
  const auto restored = test::become_owner(**again);
  ASSERT_TRUE(restored) << to_string(restored.error());
  EXPECT_FALSE(restored->fresh);
  EXPECT_EQ(restored->next_position, 3);
  EXPECT_THAT(sorted(restored->state), ElementsAre(Pair("changed", "2"), Pair("empty", ""), Pair("kept", "1")));
  const auto next = poll_all(**again, 1);
  EXPECT_THAT(values(next), ElementsAre("d"));
  EXPECT_EQ(next.at(0).position, 3);
}

TEST(KafkaJournal, WhatIsNotCommittedIsReadAgain) {
  const auto options = new_options();
  {
    auto journal = new_owner(options);
    append(*journal, {"a", "b", "c"});
    const auto records = poll_all(*journal, 3);
    commit(*journal, {1, records[0].stamp, {{"x", "1"}}, {}, {}});
    // No close(): as a crash.
  }
  auto again = KafkaJournal::open(options, test::real_clock());
  const auto restored = test::become_owner(**again);
  ASSERT_TRUE(restored) << to_string(restored.error());
  EXPECT_EQ(restored->next_position, 1);
  EXPECT_THAT(values(poll_all(**again, 2)), ElementsAre("b", "c"));
}

TEST(KafkaJournal, EachCommitWritesAMetaRecordAndCountsOn) {
  const auto options = new_options();
  auto journal = new_owner(options);
  append(*journal, {"a", "b"});
  const auto records = poll_all(*journal, 2);
  commit(*journal, {1, records[0].stamp, {}, {}, {}});
  commit(*journal, {2, records[1].stamp, {}, {}, {}});
  journal->close();
  auto again = new_owner(options);
  append(*again, {"c"});
  const auto more = poll_all(*again, 1);
  commit(*again, {3, more[0].stamp, {}, {}, {}});

  std::vector<KafkaMeta> metas;
  for (const auto& record : test::read_all(topic_name(options, "state"))) {
    ASSERT_EQ(record.key, meta_key(options.domain));
    metas.push_back(*decode_meta(*record.value));
  }
  EXPECT_THAT(metas, ElementsAre(KafkaMeta{1, 1, records[0].stamp}, KafkaMeta{2, 2, records[1].stamp},
                                 KafkaMeta{3, 3, more[0].stamp}));
}

TEST(KafkaJournal, OutputsAndPositionsReachAnotherClientWithTheirHeaders) {
  const auto options = new_options();
  auto journal = new_owner(options);
  append(*journal, {"a"});
  const auto records = poll_all(*journal, 1);
  const Journal::OutputRecord alert{
      "alerts", "incident-1", "id-1", "Larm på Östra", {{"ce_id", "id-1"}, {"content-type", "application/json"}}};
  const Journal::OutputRecord letter{"dead-letter", "key", "id-2", "{", {{"__connect.errors.topic", "monitoring"}}};
  commit(*journal, {1, records[0].stamp, {}, {alert, letter}, {{"source/0", "17"}}});

  const auto read = [&](const std::string& topic) {
    return output_of("kcat -b " + test::bootstrap() + " -C -e -q -o beginning -X isolation.level=read_committed -f " +
                     "'%k|%h|%s\\n' -t " + topic_name(options, topic));
  };
  EXPECT_EQ(read("alerts"), "incident-1|ce_id=id-1,content-type=application/json|Larm på Östra\n");
  EXPECT_EQ(read("dead-letter"), "key|__connect.errors.topic=monitoring|{\n");
  EXPECT_EQ(read("positions"), "region/source/0||17\n");
}

TEST(KafkaJournal, AppendTellsTheStampThatTheBrokerGave) {
  auto journal = new_owner(new_options());
  const auto stamp = journal->append("a");
  ASSERT_TRUE(stamp) << to_string(stamp.error());
  ASSERT_TRUE(*stamp);
  EXPECT_EQ(poll_all(*journal, 1).at(0).stamp, **stamp);
}

TEST(KafkaJournal, StampsAreTheBrokersAndNeverFall) {
  auto journal = new_owner(new_options());
  const Instant before = test::real_clock().wall();
  append(*journal, {"a", "b", "c"});
  const auto records = poll_all(*journal, 3);
  const Instant after = test::real_clock().wall();
  LogTime last = before;
  for (const auto& record : records) {
    EXPECT_GE(record.stamp, last);
    EXPECT_LE(record.stamp, after);
    last = record.stamp;
  }
}

TEST(KafkaJournal, RefusesInputsThatTheBrokerHasNotStamped) {
  auto options = new_options();
  options.exercise = true;
  ASSERT_TRUE(create_topics(options));
  auto exercise = KafkaJournal::open(options, test::real_clock());
  ASSERT_TRUE((*exercise)->append_stamped("a", Instant(Millis(1000))));
  options.exercise = false;
  auto journal = KafkaJournal::open(options, test::real_clock());
  ASSERT_TRUE(test::become_owner(**journal));
  Result<std::vector<Journal::Record>> polled;
  ASSERT_TRUE(test::eventually([&] {
    polled = (*journal)->poll(1, Millis(1000));
    return !polled || !polled->empty();
  }));
  ASSERT_FALSE(polled);
  EXPECT_EQ(polled.error().code, ErrorCode::invalid_input);
  EXPECT_EQ(polled.error().action, Remedy::stop);
}

TEST(KafkaJournal, AnExerciseKeepsTheStampsOfItsScript) {
  auto options = new_options();
  options.exercise = true;
  auto journal = new_owner(options);
  const Instant long_ago = *parse_instant("2024-03-31T01:59:59.999Z");
  const Instant ahead = *parse_instant("2031-11-22T02:14:00Z");
  ASSERT_TRUE(journal->append_stamped("a", long_ago));
  ASSERT_TRUE(journal->append_stamped("b", long_ago));
  ASSERT_TRUE(journal->append_stamped("c", ahead));
  EXPECT_EQ(journal->append_stamped("d", ahead - Millis(1)).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(journal->append("e").error().code, ErrorCode::invalid_input);
  EXPECT_EQ(journal->append_all({"f"}).error().code, ErrorCode::invalid_input);
  const auto records = poll_all(*journal, 3);
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[0].stamp, long_ago);
  EXPECT_EQ(records[1].stamp, long_ago);
  EXPECT_EQ(records[2].stamp, ahead);
  EXPECT_THAT(*journal->poll(1, Millis(0)), IsEmpty());
}

TEST(KafkaJournal, OutsideAnExerciseNobodySetsStamps) {
  auto journal = KafkaJournal::open(new_options(), test::real_clock());
  EXPECT_EQ((*journal)->append_stamped("a", Instant(Millis(0))).error().code, ErrorCode::invalid_input);
}

TEST(KafkaJournal, DomainsThatShareAPartitionSeeOnlyTheirOwn) {
  auto options = new_options();
  auto other_options = options;
  other_options.domain = "region-two";
  auto journal = new_owner(options);
  auto other = new_owner(other_options);
  append(*journal, {"mine 1"});
  append(*other, {"theirs"});
  append(*journal, {"mine 2"});
  const auto records = poll_all(*journal, 2);
  EXPECT_THAT(values(records), ElementsAre("mine 1", "mine 2"));
  commit(*journal, {3, records[1].stamp, {{"same-key", "mine"}}, {}, {}});
  const auto theirs = poll_all(*other, 1);
  EXPECT_THAT(values(theirs), ElementsAre("theirs"));
  commit(*other, {2, theirs[0].stamp, {{"same-key", "theirs"}}, {}, {}});
  journal->close();
  auto again = KafkaJournal::open(options, test::real_clock());
  const auto restored = test::become_owner(**again);
  ASSERT_TRUE(restored) << to_string(restored.error());
  EXPECT_EQ(restored->next_position, 3);
  EXPECT_THAT(sorted(restored->state), ElementsAre(Pair("same-key", "mine")));
}

TEST(KafkaJournal, BundlesComeBackWhole) {
  const auto options = new_options();
  auto journal = new_owner(options);
  std::string bytes;
  for (int i = 0; bytes.size() < (1 << 20) + 12345; ++i) bytes += std::to_string(i) + std::string(1, '\0');
  const std::string hash = sha256_hex(bytes);
  const auto missing = journal->load_bundle(hash);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
  ASSERT_TRUE(journal->store_bundle(hash, bytes));
  ASSERT_TRUE(journal->store_bundle("small", "x"));
  ASSERT_TRUE(journal->store_bundle("empty", ""));
  const auto records = test::read_all(topic_name(options, "bundles"));
  // Three chunks and a manifest, one chunk and a manifest, a manifest.
  EXPECT_EQ(records.size(), 7U);
  for (const auto& record : records) EXPECT_LE(record.value->size(), 512U << 10);
  ASSERT_TRUE(journal->store_bundle(hash, bytes));
  EXPECT_EQ(test::read_all(topic_name(options, "bundles")).size(), 7U) << "stored twice";
  EXPECT_EQ(journal->store_bundle("small", "y").error().code, ErrorCode::conflict);
  journal->close();

  auto again = KafkaJournal::open(options, test::real_clock());
  EXPECT_EQ((*again)->load_bundle(hash), bytes);
  EXPECT_EQ((*again)->load_bundle("small"), "x");
  EXPECT_EQ((*again)->load_bundle("empty"), "");
}

TEST(KafkaJournal, ManyMayAppendAtOnce) {
  auto journal = new_owner(new_options());
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        const auto done = journal->append(std::to_string(t) + "/" + std::to_string(i));
        EXPECT_TRUE(done) << to_string(done.error());
      }
    });
  }
  for (auto& thread : threads) thread.join();
  const auto all = values(poll_all(*journal, 200));
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), 200U);
  EXPECT_THAT(*journal->poll(1, Millis(0)), IsEmpty());
}

TEST(KafkaJournal, ALongRunOfAppendsKeepsItsOrder) {
  auto journal = new_owner(new_options());
  // More than may wait for delivery at a time.
  std::vector<std::string> inputs;
  for (int i = 0; i < 25'000; ++i) inputs.push_back(std::to_string(i));
  append(*journal, inputs);
  EXPECT_EQ(values(poll_all(*journal, inputs.size())), inputs);
}

TEST(KafkaJournal, InterruptEndsAWaitingPollAndAWaitingTakeOver) {
  const auto options = new_options();
  auto journal = new_owner(options);
  const auto began = test::real_clock().steady();
  std::thread other([&] { journal->interrupt(); });
  const auto polled = journal->poll(1, Millis(60'000));
  other.join();
  ASSERT_TRUE(polled);
  EXPECT_THAT(*polled, IsEmpty());

  auto standby = KafkaJournal::open(options, test::real_clock());
  (*standby)->interrupt();
  const auto restored = (*standby)->take_over(nullptr);
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().message, "interrupted");
  EXPECT_LT(test::real_clock().steady() - began, std::chrono::seconds(30));
}

TEST(KafkaJournal, APollWithoutOwnershipSaysFenced) {
  auto journal = KafkaJournal::open(new_options(), test::real_clock());
  EXPECT_EQ((*journal)->poll(1, Millis(0)).error().code, ErrorCode::fenced);
  EXPECT_EQ((*journal)->commit({}).error().code, ErrorCode::fenced);
}

TEST(KafkaJournal, GoesOnWhenTheBrokerComesBack) {
  const auto options = new_options();
  auto journal = new_owner(options);
  constexpr int kInputs = 400;
  std::vector<std::string> inputs;
  for (int i = 0; i < kInputs; ++i) inputs.push_back(std::to_string(i));
  append(*journal, inputs);

  std::thread trouble([] {
    test::broker("kill");
    test::broker("restart");
  });
  // One commit and one alert for each input, and whatever the journal says, it is done as its errors tell.
  std::int64_t next = 0;
  const bool done = test::eventually([&] {
    const auto records = journal->poll(1, Millis(500));
    if (records && records->empty()) return next == kInputs;
    if (records) {
      const auto& record = records->front();
      const Journal::OutputRecord alert{"alerts", "incident", record.value, record.value, {}};
      const Journal::Commit what{record.position + 1, record.stamp, {{"last", record.value}}, {alert}, {}};
      if (journal->commit(what)) {
        next = record.position + 1;
        return next == kInputs;
      }
    }
    const auto restored = journal->take_over(nullptr);
    if (!restored) {
      EXPECT_EQ(restored.error().action, Remedy::retry) << to_string(restored.error());
      return restored.error().action != Remedy::retry;
    }
    next = restored->next_position;
    EXPECT_EQ(restored->fresh, next == 0);
    return false;
  });
  trouble.join();
  EXPECT_TRUE(done) << next;
  EXPECT_EQ(test::values_of(test::read_all(topic_name(options, "alerts"))), inputs);
  journal->close();
  auto again = KafkaJournal::open(options, test::real_clock());
  const auto restored = test::become_owner(**again);
  ASSERT_TRUE(restored) << to_string(restored.error());
  EXPECT_EQ(restored->next_position, kInputs);
  EXPECT_THAT(sorted(restored->state), ElementsAre(Pair("last", inputs.back())));
}

}  // namespace
}  // namespace avbrottsvakt

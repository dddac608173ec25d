// The other process of a test: becomes an owner, then is killed or frozen.
//
//   journal_owner commits PREFIX           takes over; commits one input and its state for each line on standard input,
//                                          and after the line "poll" waits for the next input
//   journal_owner stays-open PREFIX        as a member of the group, leaves a transaction open that holds state,
//                                          an alert and a meta record
//
// Says each step in a line on standard output, and then waits on standard input; ends when that is closed.
#include <iostream>
#include <string>

#include "broker/broker.h"
#include "journal/kafka_meta.h"
#include "kafka/group_consumer.h"
#include "kafka/transactional_producer.h"

namespace avbrottsvakt {
namespace {

void say(const std::string& step) { std::cout << step << std::endl; }

int give_up(const Error& error) {
  say(std::string("error ") + to_string(error.code));
  std::cerr << to_string(error) << '\n';
  return 1;
}

int commit_each_line(const KafkaJournalOptions& options) {
  auto journal = KafkaJournal::open(options, test::real_clock());
  if (!journal) return give_up(journal.error());
  auto restored = test::become_owner(**journal);
  if (!restored) return give_up(restored.error());
  std::int64_t next = restored->next_position;
  const auto records = test::poll_all(**journal, 10);
  say("owner");
  for (std::string line; std::getline(std::cin, line);) {
    if (line == "poll") {
      Result<std::vector<Journal::Record>> polled;
      test::eventually([&] {
        polled = (*journal)->poll(1, Millis(1000));
        return !polled || !polled->empty();
      });
      if (!polled) return give_up(polled.error());
      say("polled");
      continue;
    }
    Journal::Commit commit;
    commit.next_position = ++next;
    commit.now = records.front().stamp;
    commit.state = {{"last", line}};
    commit.outputs = {{"alerts", "incident", line, line, {}}};
    if (auto ok = (*journal)->commit(commit); !ok) return give_up(ok.error());
    say("committed " + line);
  }
  return 0;
}

int leave_open(const KafkaJournalOptions& options) {
  const auto connection = connection_of(options);
  auto member = kafka::GroupConsumer::open(connection, {connection.client_id, topic_name(options, "inputs")});
  if (!member) return give_up(member.error());
  if (!test::eventually([&] { return !(*member)->poll(1, Millis(100)) || (*member)->given(); })) return 1;
  auto producer = kafka::TransactionalProducer::open(connection, options.prefix + "-" + options.domain + "-0");
  if (!producer) return give_up(producer.error());
  if (auto ok = (*producer)->init(Millis(30'000)); !ok) return give_up(ok.error());
  if (auto ok = (*producer)->begin(); !ok) return give_up(ok.error());
  const std::string state = topic_name(options, "state");
  const std::string meta = encode(KafkaMeta{3, 99, LogTime(Millis(1))});
  for (const auto& [topic, key, value] :
       {std::tuple(state, state_key(options.domain, "last"), std::string("never")),
        std::tuple(topic_name(options, "alerts"), std::string("incident"), std::string("never")),
        std::tuple(state, meta_key(options.domain), meta)}) {
    if (auto ok = (*producer)->produce({topic, 0, key, value}); !ok) return give_up(ok.error());
  }
  if (auto ok = (*producer)->flush(Millis(10'000)); !ok) return give_up(ok.error());
  say("open");
  for (std::string line; std::getline(std::cin, line);) {
  }
  return 0;
}

}  // namespace
}  // namespace avbrottsvakt

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  auto options = avbrottsvakt::test::new_options();
  options.prefix = argv[2];
  return std::string(argv[1]) == "commits" ? avbrottsvakt::commit_each_line(options)
                                           : avbrottsvakt::leave_open(options);
}

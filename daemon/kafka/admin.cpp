#include "kafka/admin.h"

#include <array>
#include <utility>

#include "kafka/bounded_caller.h"
#include "kafka/client.h"
#include "kafka/error.h"

namespace avbrottsvakt::kafka {
namespace {

using Topics = std::map<std::string, Admin::Topic>;

/// Until the cluster is asked again for what it does not have yet.
constexpr Millis kPause{50};

Result<Topics> look(rd_kafka_t* handle, Millis limit) {
  const rd_kafka_metadata_t* answer = nullptr;
  const auto code = rd_kafka_metadata(handle, 1, nullptr, &answer, to_int(limit));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(to_error(code, "cannot list topics"));
  const Owned<const rd_kafka_metadata_t> metadata(answer);
  Topics topics;
  for (int t = 0; t < metadata->topic_cnt; ++t) {
    const auto& topic = metadata->topics[t];
    // One that has just been made may be listed before its partitions are; others we may not see.
    const bool fresh = topic.err == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
    if ((topic.err != RD_KAFKA_RESP_ERR_NO_ERROR && !fresh) || topic.partition_cnt == 0) continue;
    Admin::Topic& seen = topics[topic.topic];
    seen = {topic.partition_cnt, topic.partitions[0].replica_cnt, !fresh};
    for (int p = 0; p < topic.partition_cnt; ++p) seen.led = seen.led && topic.partitions[p].leader >= 0;
  }
  return topics;
}

/// librdkafka 2.0.2 asks once who the controller is before it sends an administrative request. While a broker comes
/// back the answer can be nobody, and then the request waits until its time is up.
Result<void> wait_for_controller(rd_kafka_t* handle, Millis limit, BoundedCaller::Patience& patience,
                                 const std::string& doing) {
  while (true) {
    const rd_kafka_metadata_t* answer = nullptr;
    const auto code = rd_kafka_metadata(handle, 0, nullptr, &answer, to_int(limit));
    const Owned<const rd_kafka_metadata_t> metadata(answer);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(to_error(code, doing));
    if (rd_kafka_controllerid(handle, 0) >= 0) return {};
    if (!patience.wait(kPause)) return fail(to_error(RD_KAFKA_RESP_ERR__TIMED_OUT, doing + ": there is no controller"));
  }
}

/// Waits for the answer of an administrative request.
Result<Owned<rd_kafka_event_t>> answer_of(rd_kafka_queue_t* queue, Millis limit, const std::string& doing) {
  Owned<rd_kafka_event_t> event(rd_kafka_queue_poll(queue, to_int(limit)));
  if (event == nullptr) return fail(to_error(RD_KAFKA_RESP_ERR__TIMED_OUT, doing));
  if (const auto code = rd_kafka_event_error(event.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return fail(to_error(code, doing));
  }
  return event;
}

Owned<rd_kafka_AdminOptions_t> options_for(rd_kafka_t* handle, rd_kafka_admin_op_t what, Millis limit) {
  Owned<rd_kafka_AdminOptions_t> options(rd_kafka_AdminOptions_new(handle, what));
  std::array<char, 256> text{};
  rd_kafka_AdminOptions_set_request_timeout(options.get(), to_int(limit), text.data(), text.size());
  if (what == RD_KAFKA_ADMIN_OP_CREATETOPICS) {
    rd_kafka_AdminOptions_set_operation_timeout(options.get(), to_int(limit), text.data(), text.size());
  }
  return options;
}

Result<void> ask_to_create(rd_kafka_t* handle, const std::vector<Admin::NewTopic>& topics, Millis limit) {
  std::array<char, 512> text{};
  std::vector<Owned<rd_kafka_NewTopic_t>> owned;
  std::vector<rd_kafka_NewTopic_t*> list;
  for (const Admin::NewTopic& topic : topics) {
    owned.emplace_back(
        rd_kafka_NewTopic_new(topic.name.c_str(), topic.partitions, topic.replication, text.data(), text.size()));
    if (owned.back() == nullptr) {
      return fail(ErrorCode::invalid_input, "cannot create topic " + topic.name + ": " + text.data());
    }
    for (const auto& [name, value] : topic.configuration) {
      rd_kafka_NewTopic_set_config(owned.back().get(), name.c_str(), value.c_str());
    }
    list.push_back(owned.back().get());
  }
  const Owned<rd_kafka_queue_t> queue(rd_kafka_queue_new(handle));
  const auto options = options_for(handle, RD_KAFKA_ADMIN_OP_CREATETOPICS, limit);
  rd_kafka_CreateTopics(handle, list.data(), list.size(), options.get(), queue.get());
  auto event = answer_of(queue.get(), limit, "cannot create topics");
  if (!event) return fail(event.error());
  std::size_t count = 0;
  const auto* results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event->get()), &count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto code = rd_kafka_topic_result_error(results[i]);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    Error error = to_error(code, std::string("cannot create topic ") + rd_kafka_topic_result_name(results[i]));
    if (code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) error.code = ErrorCode::conflict;
    if (const char* why = rd_kafka_topic_result_error_string(results[i])) error.message += std::string(": ") + why;
    return fail(std::move(error));
  }
  return {};
}

}  // namespace

struct Admin::Impl {
  std::shared_ptr<Client> client;
};

Admin::Admin(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Admin::~Admin() = default;

Result<std::unique_ptr<Admin>> Admin::open(const Connection& connection) {
  auto client = Client::open(Client::Kind::producer, connection, {}, {{"allow.auto.create.topics", "false"}},
                             std::make_unique<Client::Hooks>());
  if (!client) return fail(client.error());
  auto impl = std::make_unique<Impl>();
  impl->client = std::move(*client);
  return std::unique_ptr<Admin>(new Admin(std::move(impl)));
}

Result<Topics> Admin::topics(Millis limit) {
  auto topics = std::make_shared<Topics>();
  auto job = [client = impl_->client, limit, topics](BoundedCaller::Patience&) -> Result<void> {
    auto seen = look(client->get(), limit);
    if (!seen) return fail(seen.error());
    *topics = std::move(*seen);
    return {};
  };
  if (auto ok = BoundedCaller().call(std::move(job), limit, "cannot list topics"); !ok) return fail(ok.error());
  return std::move(*topics);
}

Result<Admin::Configuration> Admin::configuration(const std::string& topic, Millis limit) {
  auto configuration = std::make_shared<Configuration>();
  const std::string doing = "cannot read the settings of topic " + topic;
  auto job = [client = impl_->client, topic, limit, doing,
              configuration](BoundedCaller::Patience& patience) -> Result<void> {
    if (auto ok = wait_for_controller(client->get(), limit, patience, doing); !ok) return ok;
    const Owned<rd_kafka_ConfigResource_t> resource(
        rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
    const Owned<rd_kafka_queue_t> queue(rd_kafka_queue_new(client->get()));
    const auto options = options_for(client->get(), RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, limit);
    rd_kafka_ConfigResource_t* list = resource.get();
    rd_kafka_DescribeConfigs(client->get(), &list, 1, options.get(), queue.get());
    auto event = answer_of(queue.get(), limit, doing);
    if (!event) return fail(event.error());
    std::size_t count = 0;
    const auto* results =
        rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event->get()), &count);
    for (std::size_t i = 0; i < count; ++i) {
      const auto code = rd_kafka_ConfigResource_error(results[i]);
      if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(to_error(code, doing));
      std::size_t entries = 0;
      const auto* entry = rd_kafka_ConfigResource_configs(results[i], &entries);
      for (std::size_t e = 0; e < entries; ++e) {
        const char* value = rd_kafka_ConfigEntry_value(entry[e]);
        (*configuration)[rd_kafka_ConfigEntry_name(entry[e])] = value != nullptr ? value : "";
      }
    }
    return {};
  };
  if (auto ok = BoundedCaller().call(std::move(job), limit, doing); !ok) return fail(ok.error());
  return std::move(*configuration);
}

Result<void> Admin::create(const std::vector<NewTopic>& topics, Millis limit) {
  auto job = [client = impl_->client, topics, limit](BoundedCaller::Patience& patience) -> Result<void> {
    if (auto ok = wait_for_controller(client->get(), limit, patience, "cannot create topics"); !ok) return ok;
    if (auto asked = ask_to_create(client->get(), topics, limit); !asked) return asked;
    while (true) {
      auto seen = look(client->get(), limit);
      if (seen) {
        bool all = true;
        for (const NewTopic& topic : topics) {
          const auto found = seen->find(topic.name);
          all = all && found != seen->end() && found->second.led;
        }
        if (all) return {};
      }
      if (!patience.wait(kPause)) {
        return fail(to_error(RD_KAFKA_RESP_ERR__TIMED_OUT, "the new topics have no leaders yet"));
      }
    }
  };
  return BoundedCaller().call(std::move(job), limit, "cannot create topics");
}

}  // namespace avbrottsvakt::kafka

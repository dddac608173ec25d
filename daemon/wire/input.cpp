#include "wire/input.h"

#include <algorithm>

#include "avbrottsvakt/v1/input.pb.h"
#include "wire/convert.h"
#include "wire/json.h"

namespace avbrottsvakt {
namespace {

using wire::Fault;
using wire::put_enum;
using wire::put_ms;
using wire::take_enum;
using wire::take_ms;

/// Of the encoding. A change that an older binary would read wrongly raises it. 2: signals say their texts once.
constexpr std::uint32_t kInputVersion = 2;

void put(const Signal& from, v1::Signal& to) {
  to.set_source(to_utf8(from.source));
  to.set_key(to_utf8(from.key));
  to.set_condition(put_enum(from.condition));
  to.set_at_ms(put_ms(from.at));
  wire::put(from.labels, *to.mutable_labels());
  to.set_summary(to_utf8(from.summary));
  to.set_mapping_hash(to_utf8(from.mapping_hash));
  to.set_origin(wire::put_origin(from.origin));
  if (from.expect_within) to.set_expect_within_ms(from.expect_within->count());
}

/// Signals one after the other, each looking to the one before: what both say at the same place is told once. Making an
/// object of each text was a third of what an event costs the daemon.
class SignalLogger {
 public:
  explicit SignalLogger(v1::Heard& to) : to_(to) {}

  void put(const Signal& from) {
    v1::LoggedSignal& made = *to_.add_logged();
    made.set_source(tell(from.source, &Signal::source, &v1::LoggedSignal::source));
    made.set_key(tell(from.key, &Signal::key, &v1::LoggedSignal::key));
    made.set_condition(put_enum(from.condition));
    made.set_at_ms(put_ms(from.at));
    put_labels(from.labels, *made.mutable_labels());
    made.set_summary(tell(from.summary, &Signal::summary, &v1::LoggedSignal::summary));
    made.set_mapping_hash(tell(from.mapping_hash, &Signal::mapping_hash, &v1::LoggedSignal::mapping_hash));
    made.set_origin(wire::put_origin(from.origin));
    if (from.expect_within) made.set_expect_within_ms(from.expect_within->count());
    before_ = &from;
    made_before_ = &made;
  }

 private:
  std::uint32_t add(const std::string& text) {
    if (text.empty()) return 0;
    to_.add_texts(to_utf8(text));
    return static_cast<std::uint32_t>(to_.texts_size());
  }

  std::uint32_t tell(const std::string& text, std::string Signal::* here,
                     std::uint32_t (v1::LoggedSignal::*number)() const) {
    return before_ != nullptr && before_->*here == text ? (made_before_->*number)() : add(text);
  }

  void put_labels(const Labels& from, google::protobuf::RepeatedField<std::uint32_t>& to) {
    to.Reserve(static_cast<int>(2 * from.size()));
    std::size_t at = 0;  // in the labels before, which ascend by name as these do
    for (const Label& label : from) {
      const std::size_t end = before_ == nullptr ? 0 : before_->labels.size();
      while (at < end && before_->labels[at].name < label.name) ++at;
      const bool same = at < end && before_->labels[at].name == label.name;
      const int number = static_cast<int>(2 * at);
      to.Add(same ? made_before_->labels(number) : add(label.name));
      to.Add(same && before_->labels[at].value == label.value ? made_before_->labels(number + 1) : add(label.value));
    }
  }

  v1::Heard& to_;
  const Signal* before_ = nullptr;
  const v1::LoggedSignal* made_before_ = nullptr;
};

std::size_t text_bytes(const std::vector<Signal>& signals) {
  std::size_t bytes = 0;
  for (const Signal& signal : signals) {
    bytes += signal.source.size() + signal.key.size() + signal.summary.size() + signal.mapping_hash.size();
    for (const Label& label : signal.labels) bytes += label.name.size() + label.value.size();
  }
  return bytes;
}

void put(const std::vector<Signal>& from, v1::Heard& to) {
  if (text_bytes(from) > kInputBytesMax) {
    // Nobody would read it (LoggedTexts); so that whoever looks at its size sees that it is too large.
    for (const Signal& signal : from) put(signal, *to.add_signals());
    return;
  }
  to.mutable_logged()->Reserve(static_cast<int>(from.size()));
  SignalLogger logger(to);
  for (const Signal& signal : from) logger.put(signal);
}

void put(const Command& from, v1::Command& to) {
  to.set_id(to_utf8(from.id));
  to.set_by(to_utf8(from.by));
  if (from.at) to.set_at_ms(put_ms(*from.at));
  struct Body {
    v1::Command& to;
    void operator()(const Acknowledge& body) const { to.mutable_acknowledge()->set_incident(to_utf8(body.incident)); }
    void operator()(const ConfirmLimited& body) const {
      v1::ConfirmLimited& made = *to.mutable_confirm_limited();
      made.set_incident(to_utf8(body.incident));
      made.set_activity(to_utf8(body.activity));
      made.set_limited(body.limited);
    }
    void operator()(const AnswerFact& body) const {
      v1::AnswerFact& made = *to.mutable_answer_fact();
      made.set_incident(to_utf8(body.incident));
      made.set_fact(to_utf8(body.fact));
      made.set_answer(put_enum(body.answer));
      made.set_reference(to_utf8(body.reference));
    }
    void operator()(const Submitted& body) const {
      v1::Submitted& made = *to.mutable_submitted();
      made.set_incident(to_utf8(body.incident));
      made.set_regime(to_utf8(body.regime));
      made.set_duty_holder(to_utf8(body.duty_holder));
      made.set_stage(to_utf8(body.stage));
    }
    void operator()(const Requested& body) const {
      v1::Requested& made = *to.mutable_requested();
      made.set_incident(to_utf8(body.incident));
      made.set_regime(to_utf8(body.regime));
      made.set_duty_holder(to_utf8(body.duty_holder));
      made.set_stage(to_utf8(body.stage));
    }
    void operator()(const PlanMaintenance& body) const {
      v1::PlanMaintenance& made = *to.mutable_plan_maintenance();
      made.set_reference(to_utf8(body.reference));
      made.set_service(to_utf8(body.service));
      made.set_from_ms(put_ms(body.from));
      made.set_until_ms(put_ms(body.until));
      if (body.return_by) made.set_return_by_ms(put_ms(*body.return_by));
      made.set_approved_by(to_utf8(body.approved_by));
      for (const std::string& activity : body.agreed) made.add_agreed(to_utf8(activity));
    }
    void operator()(const CancelMaintenance& body) const {
      to.mutable_cancel_maintenance()->set_reference(to_utf8(body.reference));
    }
  };
  std::visit(Body{to}, from.body);
}

void put(const SourceSpan& from, v1::SourceSpan& to) {
  to.set_source(to_utf8(from.source));
  to.set_stream(to_utf8(from.stream));
  to.set_partition(from.partition);
  to.set_incarnation(to_utf8(from.incarnation));
  to.set_replaces(to_utf8(from.replaces));
  to.set_after(from.after);
  to.set_upto(from.upto);
}

struct PutBody {
  v1::Input& to;
  void operator()(const Tick& /*body*/) const { to.mutable_tick(); }
  void operator()(const Heard& body) const {
    v1::Heard& made = *to.mutable_heard();
    put(body.signals, made);
    for (const Unreadable& record : body.unreadable) wire::put(record, *made.add_unreadable());
    for (const Command& command : body.commands) put(command, *made.add_commands());
  }
  void operator()(const Command& body) const { put(body, *to.mutable_command()); }
  void operator()(const Activate& body) const {
    v1::Activate& made = *to.mutable_activate();
    made.set_hash(to_utf8(body.hash));
    made.set_expected_previous(to_utf8(body.expected_previous));
    made.set_exercise(body.exercise);
  }
  void operator()(const Resumed& body) const {
    v1::Resumed& made = *to.mutable_resumed();
    made.set_from_ms(put_ms(body.from));
    made.set_to_ms(put_ms(body.to));
  }
  void operator()(const CaughtUp& /*body*/) const { to.mutable_caught_up(); }
  void operator()(const SourceGap& /*body*/) const { to.mutable_source_gap(); }
};

/// An event's own time: other instants than these are a tool's fault, and would overflow what is added to them.
Instant take_event_time(std::int64_t ms, std::string_view field, Fault& fault) {
  const Instant at = take_ms(ms);
  fault.expect(at >= kEarliest && at <= kLatest, field, "milliseconds since 1970, in the years 1 to 9999");
  return at;
}

/// Of what comes from outside. What the log holds already was taken once, and stays.
void expect_plausible(Instant at, std::string_view field, Fault& fault) {
  fault.expect(plausible(at), field, "between the years 2000 and 2100, in milliseconds since 1970: is the unit right?");
}

void take_name(const std::string& from, std::string& to, std::string_view field, Fault& fault) {
  fault.at_most(from.size(), kNameBytesMax, field);
  to = from;
}

void take_texts(const std::string& source, const std::string& key, const std::string& summary,
                const std::string& mapping_hash, Signal& to, Fault& fault) {
  fault.expect(!source.empty(), "signal.source", "present");
  fault.at_most(source.size(), kSourceBytesMax, "signal.source");
  fault.expect(!key.empty(), "signal.key", "present");
  fault.at_most(key.size(), kKeyBytesMax, "signal.key");
  fault.at_most(summary.size(), kSummaryBytesMax, "signal.summary");
  fault.at_most(mapping_hash.size(), kNameBytesMax, "signal.mapping_hash");
  if (!fault.none()) return;
  to.source = source;
  to.key = key;
  to.summary = summary;
  to.mapping_hash = mapping_hash;
}

/// What a Signal and a LoggedSignal have in common.
template <typename Message>
void take_rest(const Message& from, Signal& to, Fault& fault) {
  to.condition = take_enum<Condition>(from.condition(), "signal.condition", fault);
  to.at = take_event_time(from.at_ms(), "signal.at_ms", fault);
  to.origin = wire::take_origin(from.origin(), "signal.origin", fault);
  to.expect_within =
      wire::take_expect_within(from.has_expect_within_ms(), from.expect_within_ms(), "signal.expect_within_ms", fault);
}

void take(const v1::Signal& from, Signal& to, Fault& fault) {
  take_texts(from.source(), from.key(), from.summary(), from.mapping_hash(), to, fault);
  take_rest(from, to, fault);
  wire::take(from.labels(), to.labels, fault);
}

/// The texts of Heard, by their numbers. Bound: all that is taken is at most kInputBytesMax, since a small input may
/// say a long text many times.
class LoggedTexts {
 public:
  LoggedTexts(const v1::Heard& from, Fault& fault) : texts_(from.texts()), fault_(fault) {}

  const std::string& operator()(std::uint32_t number) {
    static const std::string kEmpty;
    if (number == 0) return kEmpty;
    if (number > static_cast<std::uint32_t>(texts_.size())) {
      fault_.expect(false, "heard.logged", "of the numbers of heard.texts");
      return kEmpty;
    }
    const std::string& text = texts_[static_cast<int>(number) - 1];
    bytes_ += text.size();
    fault_.at_most(bytes_, kInputBytesMax, "the texts of heard.logged");
    return text;
  }

 private:
  const google::protobuf::RepeatedPtrField<std::string>& texts_;
  Fault& fault_;
  std::size_t bytes_ = 0;
};

void take_labels(const google::protobuf::RepeatedField<std::uint32_t>& from, LoggedTexts& texts, Labels& to,
                 Fault& fault) {
  const auto count = static_cast<std::size_t>(from.size()) / 2;
  fault.expect(from.size() % 2 == 0, "heard.logged.labels", "pairs of name and value");
  fault.no_more_than(count, kLabelsMax, "labels");
  if (!fault.none()) return;
  to.reserve(count);
  for (int i = 0; i < from.size(); i += 2) wire::take_label(texts(from[i]), texts(from[i + 1]), to, fault);
  wire::tidy(to, fault);
}

void take(const v1::LoggedSignal& from, LoggedTexts& texts, Signal& to, Fault& fault) {
  take_texts(texts(from.source()), texts(from.key()), texts(from.summary()), texts(from.mapping_hash()), to, fault);
  take_rest(from, to, fault);
  take_labels(from.labels(), texts, to.labels, fault);
}

void take(const v1::Unreadable& from, Unreadable& to) {
  to.topic = from.topic();
  to.partition = from.partition();
  to.offset = from.offset();
  to.key = from.key();
  to.value = from.value();
  to.headers.reserve(static_cast<std::size_t>(from.headers_size()));
  for (const v1::RecordHeader& header : from.headers()) to.headers.push_back({header.name(), header.value()});
  to.stage = from.stage();
  to.error = from.error();
  to.message = from.message();
}

void take(const v1::PlanMaintenance& from, PlanMaintenance& to, Fault& fault) {
  fault.expect(!from.reference().empty(), "plan_maintenance.reference", "present");
  take_name(from.reference(), to.reference, "plan_maintenance.reference", fault);
  take_name(from.service(), to.service, "plan_maintenance.service", fault);
  to.from = take_event_time(from.from_ms(), "plan_maintenance.from_ms", fault);
  to.until = take_event_time(from.until_ms(), "plan_maintenance.until_ms", fault);
  if (from.has_return_by_ms()) {
    to.return_by = take_event_time(from.return_by_ms(), "plan_maintenance.return_by_ms", fault);
  }
  fault.expect(!from.approved_by().empty(), "plan_maintenance.approved_by", "present");
  take_name(from.approved_by(), to.approved_by, "plan_maintenance.approved_by", fault);
  const auto agreed = static_cast<std::size_t>(from.agreed_size());
  fault.no_more_than(agreed, kAgreedMax, "plan_maintenance.agreed");
  for (int i = 0; i < from.agreed_size() && fault.none(); ++i) {
    take_name(from.agreed(i), to.agreed.emplace_back(), "plan_maintenance.agreed", fault);
  }
}

void take(const v1::Command& from, Command& to, Fault& fault) {
  fault.expect(!from.id().empty(), "command.id", "present");
  fault.at_most(from.id().size(), kCommandIdBytesMax, "command.id");
  to.id = from.id();
  fault.expect(!from.by().empty(), "command.by", "present");
  take_name(from.by(), to.by, "command.by", fault);
  if (from.has_at_ms()) to.at = take_event_time(from.at_ms(), "command.at_ms", fault);
  switch (from.body_case()) {
    case v1::Command::kAcknowledge: {
      Acknowledge& made = to.body.emplace<Acknowledge>();
      take_name(from.acknowledge().incident(), made.incident, "acknowledge.incident", fault);
      return;
    }
    case v1::Command::kConfirmLimited: {
      ConfirmLimited& made = to.body.emplace<ConfirmLimited>();
      take_name(from.confirm_limited().incident(), made.incident, "confirm_limited.incident", fault);
      take_name(from.confirm_limited().activity(), made.activity, "confirm_limited.activity", fault);
      fault.expect(from.confirm_limited().has_limited(), "confirm_limited.limited", "true or false");
      made.limited = from.confirm_limited().limited();
      return;
    }
    case v1::Command::kAnswerFact: {
      AnswerFact& made = to.body.emplace<AnswerFact>();
      take_name(from.answer_fact().incident(), made.incident, "answer_fact.incident", fault);
      take_name(from.answer_fact().fact(), made.fact, "answer_fact.fact", fault);
      made.answer = take_enum<Answer>(from.answer_fact().answer(), "answer_fact.answer", fault);
      take_name(from.answer_fact().reference(), made.reference, "answer_fact.reference", fault);
      return;
    }
    case v1::Command::kSubmitted: {
      Submitted& made = to.body.emplace<Submitted>();
      take_name(from.submitted().incident(), made.incident, "submitted.incident", fault);
      take_name(from.submitted().regime(), made.regime, "submitted.regime", fault);
      take_name(from.submitted().duty_holder(), made.duty_holder, "submitted.duty_holder", fault);
      take_name(from.submitted().stage(), made.stage, "submitted.stage", fault);
      return;
    }
    case v1::Command::kRequested: {
      Requested& made = to.body.emplace<Requested>();
      take_name(from.requested().incident(), made.incident, "requested.incident", fault);
      take_name(from.requested().regime(), made.regime, "requested.regime", fault);
      take_name(from.requested().duty_holder(), made.duty_holder, "requested.duty_holder", fault);
      take_name(from.requested().stage(), made.stage, "requested.stage", fault);
      return;
    }
    case v1::Command::kPlanMaintenance:
      take(from.plan_maintenance(), to.body.emplace<PlanMaintenance>(), fault);
      return;
    case v1::Command::kCancelMaintenance: {
      CancelMaintenance& made = to.body.emplace<CancelMaintenance>();
      take_name(from.cancel_maintenance().reference(), made.reference, "cancel_maintenance.reference", fault);
      return;
    }
    case v1::Command::BODY_NOT_SET:
      break;
  }
  fault.note("the command says nothing that this version knows");
}

void take(const v1::Heard& from, Heard& to, Fault& fault) {
  const auto old = static_cast<std::size_t>(from.signals_size());
  const std::size_t signals = old + static_cast<std::size_t>(from.logged_size());
  const auto unreadable = static_cast<std::size_t>(from.unreadable_size());
  fault.no_more_than(signals, kSignalsMax, "heard.signals");
  fault.no_more_than(unreadable, kSignalsMax, "heard.unreadable");
  const auto commands = static_cast<std::size_t>(from.commands_size());
  fault.no_more_than(commands, kSignalsMax, "heard.commands");
  if (!fault.none()) return;
  to.signals.resize(signals);
  LoggedTexts texts(from, fault);
  for (std::size_t i = 0; i < signals && fault.none(); ++i) {
    if (i < old) {
      take(from.signals(static_cast<int>(i)), to.signals[i], fault);
    } else {
      take(from.logged(static_cast<int>(i - old)), texts, to.signals[i], fault);
    }
  }
  if (!fault.none()) return;
  to.unreadable.resize(unreadable);
  for (int i = 0; i < from.unreadable_size(); ++i) {
    take(from.unreadable(i), to.unreadable[static_cast<std::size_t>(i)]);
  }
  to.commands.resize(commands);
  for (int i = 0; i < from.commands_size(); ++i) {
    take(from.commands(i), to.commands[static_cast<std::size_t>(i)], fault);
    if (!fault.none()) return;
  }
}

void take(const v1::SourceSpan& from, SourceSpan& to, Fault& fault) {
  fault.expect(!from.source().empty(), "span.source", "present");
  fault.at_most(from.source().size(), kSourceBytesMax, "span.source");
  fault.at_most(from.stream().size(), kStreamBytesMax, "span.stream");
  to.source = from.source();
  to.stream = from.stream();
  to.partition = from.partition();
  take_name(from.incarnation(), to.incarnation, "span.incarnation", fault);
  take_name(from.replaces(), to.replaces, "span.replaces", fault);
  to.after = from.after();
  to.upto = from.upto();
}

void take(const v1::Input& from, Input& to, Fault& fault) {
  if (from.has_span()) take(from.span(), to.span.emplace(), fault);
  switch (from.body_case()) {
    case v1::Input::kTick:
      to.body.emplace<Tick>();
      return;
    case v1::Input::kHeard:
      take(from.heard(), to.body.emplace<Heard>(), fault);
      return;
    case v1::Input::kCommand:
      take(from.command(), to.body.emplace<Command>(), fault);
      return;
    case v1::Input::kActivate: {
      Activate& made = to.body.emplace<Activate>();
      take_name(from.activate().hash(), made.hash, "activate.hash", fault);
      take_name(from.activate().expected_previous(), made.expected_previous, "activate.expected_previous", fault);
      made.exercise = from.activate().exercise();
      return;
    }
    case v1::Input::kResumed: {
      Resumed& made = to.body.emplace<Resumed>();
      made.from = take_event_time(from.resumed().from_ms(), "resumed.from_ms", fault);
      made.to = take_event_time(from.resumed().to_ms(), "resumed.to_ms", fault);
      return;
    }
    case v1::Input::kCaughtUp:
      to.body.emplace<CaughtUp>();
      return;
    case v1::Input::kSourceGap:
      to.body.emplace<SourceGap>();
      fault.expect(from.has_span(), "span", "present with source_gap");
      return;
    case v1::Input::BODY_NOT_SET:
      break;
  }
  fault.note("the input says nothing that this version knows");
}

tl::unexpected<Error> refuse(std::string message, std::string remedy) {
  return fail(ErrorCode::invalid_input, std::move(message), std::move(remedy), Remedy::skip);
}

}  // namespace

std::string encode_input(const Input& input) {
  wire::Compact<v1::Input> made;
  made->set_version(kInputVersion);
  if (input.span) put(*input.span, *made->mutable_span());
  std::visit(PutBody{*made}, input.body);
  return wire::serialize(*made);
}

Result<Input> decode_input(std::string_view bytes, LogTime stamp) {
  static constexpr const char* kOnlyTheDaemon = "only the daemon may write to the log of inputs";
  if (bytes.size() > kInputBytesMax) {
    return refuse(
        "an input of " + std::to_string(bytes.size()) + " bytes, expected at most " + std::to_string(kInputBytesMax),
        kOnlyTheDaemon);
  }
  wire::Compact<v1::Input> compact;
  const v1::Input& read = *compact;
  if (!wire::parse(bytes, *compact)) return refuse("these bytes are not an input", kOnlyTheDaemon);
  if (read.version() > kInputVersion) {
    return fail(ErrorCode::incompatible,
                "the log holds an input of version " + std::to_string(read.version()) + ", this program reads up to " +
                    std::to_string(kInputVersion),
                "run the newer version of avbrottsvakt that wrote it");
  }
  Fault fault;
  fault.expect(read.version() != 0, "version", "present");
  Input input;
  input.stamp = stamp;
  take(read, input, fault);
  if (!fault.none()) return refuse("the input cannot be used: " + fault.what(), kOnlyTheDaemon);
  return input;
}

Result<Signal> decode_signal(std::string_view source, std::string_view bytes) {
  static constexpr const char* kSchema =
      "send one avbrottsvakt.v1.Signal a record, see proto/avbrottsvakt/v1/signal.proto";
  v1::Signal read;
  if (bytes.size() > kInputBytesMax || !wire::parse(bytes, read)) {
    return refuse("these bytes are not a Protobuf Signal", kSchema);
  }
  Fault fault;
  fault.expect(read.source().empty() || read.source() == source, "signal.source",
               "empty or " + std::string(source) + ", on whose topic it came");
  // Protobuf cannot tell 0 from a time that was left out, and no outage began in 1970.
  fault.expect(read.at_ms() != 0, "signal.at_ms", "present");
  expect_plausible(take_ms(read.at_ms()), "signal.at_ms", fault);
  // The mappings of config/ keep to this too: a sign of life without its interval is never missed, and no other signal
  // is repeated at one.
  fault.expect(read.has_expect_within_ms() == (read.origin() == v1::ORIGIN_HEARTBEAT), "signal.expect_within_ms",
               "present with origin heartbeat, and only with it");
  read.set_source(std::string(source));
  read.clear_mapping_hash();
  Signal signal;
  take(read, signal, fault);
  if (!fault.none()) return refuse(fault.what(), kSchema);
  return signal;
}

Result<Command> decode_command(std::string_view json) {
  static constexpr const char* kSchema =
      R"(send {"id":"...","by":"ROLE","acknowledge":{"incident":"2026-0001"}}, see proto/avbrottsvakt/v1/command.proto)";
  v1::Command read;
  if (json.size() > kCommandJsonBytesMax) {
    return refuse("a command of " + std::to_string(json.size()) + " bytes, expected at most " +
                      std::to_string(kCommandJsonBytesMax),
                  kSchema);
  }
  if (Result<void> done = read_json(json, UnknownKeys::refuse, read); !done) {
    return refuse("this is not a command: " + done.error().message, kSchema);
  }
  Fault fault;
  Command command;
  take(read, command, fault);
  if (command.at) expect_plausible(*command.at, "command.at_ms", fault);
  if (const auto* work = std::get_if<PlanMaintenance>(&command.body)) {
    expect_plausible(work->from, "plan_maintenance.from_ms", fault);
    expect_plausible(work->until, "plan_maintenance.until_ms", fault);
    if (work->return_by) expect_plausible(*work->return_by, "plan_maintenance.return_by_ms", fault);
  }
  if (!fault.none()) return refuse(fault.what(), kSchema);
  return command;
}

std::string encode_command(const Command& command) {
  v1::Command made;
  put(command, made);
  return write_json(made);
}

std::string encode_signal(const Signal& signal) {
  v1::Signal made;
  put(signal, made);
  return wire::serialize(made);
}

}  // namespace avbrottsvakt

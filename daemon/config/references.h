#pragma once

#include <map>
#include <set>
#include <string>

#include "avbrottsvakt/v1/options.pb.h"
#include "base/error.h"
#include "config/loader.h"

namespace avbrottsvakt {

/// The identifiers that the files of a region define, by kind.
class Names {
 public:
  /// Adds what the message defines, wherever its schema says `defines`.
  void add(const google::protobuf::Message& message);

  /// An error for each string of the message that `refers_to` what nothing defines, with the nearest right name.
  void check(const google::protobuf::Message& message, const Places& places, Errors& errors) const;

  bool has(v1::Reference kind, const std::string& name) const;
  /// That there is no such name, with the nearest that there is; without a place.
  Error missing(v1::Reference kind, const std::string& name) const;

 private:
  std::map<v1::Reference, std::set<std::string>> names_;
};

}  // namespace avbrottsvakt

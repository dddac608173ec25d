#pragma once

#include <memory>

#include "intake/reader.h"
#include "mapping/mapping.h"

namespace avbrottsvakt {

/// What a record of a source says: by its mapping, or as our own Protobuf Signal.
///
/// Threads: one owner.
class Decoder {
 public:
  /// Errors: invalid_input, with the first fault of the mapping; config/ has refused it before, with its place.
  [[nodiscard]] static Result<Decoder> make(const MappingSpec& spec);

  /// What can be read, and the record as unreadable where a part cannot. Both empty: it says nothing.
  Heard decode(const ReadRecord& record, const StreamStart& stream);

 private:
  Decoder(std::string source, Decode decode, std::unique_ptr<Mapping> mapping)
      : source_(std::move(source)), decode_(decode), mapping_(std::move(mapping)) {}

  std::string source_;
  Decode decode_;
  std::unique_ptr<Mapping> mapping_;  ///< null: nothing to map
};

/// The input as bytes for the log, at most `bytes_max`. What is larger keeps the beginning of its unreadable record,
/// says so, and if that is not enough becomes unreadable as a whole: it stays in its source, at the position that it
/// names.
///
/// Requires bytes_max >= 16 KiB.
std::string encode_within(Input input, std::size_t bytes_max);

}  // namespace avbrottsvakt

#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace avbrottsvakt {

/// SHA-256 over an explicit, length-prefixed encoding, so that no two different lists of parts hash alike.
class Digest {
 public:
  Digest();
  ~Digest();
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;

  /// The length as 8 bytes, big endian, then the bytes.
  Digest& add(std::string_view part);
  /// 8 bytes, big endian.
  Digest& add(std::int64_t number);

  /// 64 lower-case hexadecimal digits. Once.
  std::string hex();

 private:
  void* context_;
};

/// Of the bytes themselves, without a prefix: addresses content.
std::string sha256_hex(std::string_view bytes);

}  // namespace avbrottsvakt

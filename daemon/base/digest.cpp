#include "base/digest.h"

#include <openssl/evp.h>

#include "base/check.h"

namespace avbrottsvakt {
namespace {

std::string to_hex(EVP_MD_CTX* context) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int size = 0;
  AV_CHECK(EVP_DigestFinal_ex(context, bytes.data(), &size) == 1);
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(size * 2);
  for (unsigned int i = 0; i < size; ++i) {
    text += digits[bytes[i] >> 4U];
    text += digits[bytes[i] & 15U];
  }
  return text;
}

}  // namespace

Digest::Digest() : context_(EVP_MD_CTX_new()) {
  AV_CHECK(context_ != nullptr);
  AV_CHECK(EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_), EVP_sha256(), nullptr) == 1);
}

Digest::~Digest() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_)); }

Digest& Digest::add(std::string_view part) {
  add(static_cast<std::int64_t>(part.size()));
  AV_CHECK(EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), part.data(), part.size()) == 1);
  return *this;
}

Digest& Digest::add(std::int64_t number) {
  std::array<unsigned char, 8> bytes{};
  auto rest = static_cast<std::uint64_t>(number);
  for (std::size_t i = 8; i-- > 0;) {
    bytes[i] = static_cast<unsigned char>(rest & 0xffU);
    rest >>= 8U;
  }
  AV_CHECK(EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), bytes.data(), bytes.size()) == 1);
  return *this;
}

std::string Digest::hex() { return to_hex(static_cast<EVP_MD_CTX*>(context_)); }

std::string sha256_hex(std::string_view bytes) {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  AV_CHECK(context != nullptr);
  AV_CHECK(EVP_DigestInit_ex(context, EVP_sha256(), nullptr) == 1);
  AV_CHECK(EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1);
  std::string text = to_hex(context);
  EVP_MD_CTX_free(context);
  return text;
}

}  // namespace avbrottsvakt

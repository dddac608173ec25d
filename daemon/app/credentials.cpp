#include "app/credentials.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace avbrottsvakt {
namespace {

tl::unexpected<Error> refused(ErrorCode code, const std::filesystem::path& file, std::string message,
                              std::string remedy) {
  Error error(code, std::move(message), std::move(remedy));
  error.place.file = file.string();
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace

Result<std::string> read_credential(const std::string& name) {
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  if (folder == nullptr || *folder == '\0') {
    return fail(
        ErrorCode::not_found,
        "the credential " + name + " is needed, and this process was given no folder of credentials",
        "in the unit: LoadCredential=" + name + ":FILE; by hand: CREDENTIALS_DIRECTORY=FOLDER avbrottsvakt ...");
  }
  const std::filesystem::path file = std::filesystem::path(folder) / name;
  std::error_code ignored;
  std::ifstream in(file, std::ios::binary);
  if (!in && !std::filesystem::exists(file, ignored)) {
    return refused(ErrorCode::not_found, file, "the credential " + name + " was not given to this process",
                   "write LoadCredential=" + name + ":FILE in the unit, or mend its name in the configuration");
  }
  // One byte more than it may have, to see that it is too long.
  std::string value(kCredentialBytesMax + 1, '\0');
  in.read(value.data(), static_cast<std::streamsize>(value.size()));
  if (in.bad() || (in.fail() && !in.eof())) {
    return refused(ErrorCode::io, file, "the credential " + name + " cannot be read",
                   "it must be a file that this process may read");
  }
  value.resize(static_cast<std::size_t>(in.gcount()));
  if (value.size() > kCredentialBytesMax) {
    return refused(ErrorCode::limit, file,
                   "the credential " + name + " is longer than " + std::to_string(kCredentialBytesMax) + " bytes",
                   "name the file that holds the password or the key, and nothing else");
  }
  if (value.ends_with('\n')) {
    value.pop_back();
  }
  if (value.ends_with('\r')) {
    value.pop_back();
  }
  if (value.empty() || value.find('\0') != std::string::npos) {
    return refused(ErrorCode::invalid_input, file,
                   "the credential " + name + (value.empty() ? " is empty" : " holds a NUL byte"),
                   "it is the password itself, or a key as PEM");
  }
  return value;
}

Result<kafka::Settings> with_credentials(kafka::Settings settings,
                                         const std::vector<std::pair<std::string, std::string>>& credentials) {
  for (const auto& [setting, credential] : credentials) {
    Result<std::string> value = read_credential(credential);
    if (!value) {
      return fail(std::move(value.error()));
    }
    settings.emplace_back(setting, std::move(*value));
  }
  return settings;
}

}  // namespace avbrottsvakt

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "kafka/connection.h"

namespace avbrottsvakt {

/// Of one credential; beyond, it is refused. A chain of certificates takes some KiB.
inline constexpr std::size_t kCredentialBytesMax = std::size_t{64} * 1024;

/// What stands in the file `name` of the folder $CREDENTIALS_DIRECTORY, which the service manager made for this process
/// (LoadCredential= of systemd.exec(5)); without the line break at its end. Never in a message.
///
/// Errors: not_found: there is no such folder, or no such file; io; limit; invalid_input: it is empty, or holds a NUL.
/// All with the file as their place, and how to mend them. Threads: any.
[[nodiscard]] Result<std::string> read_credential(const std::string& name);

/// `settings`, and behind them those whose value is a credential: pairs of setting and credential.
/// Errors: those of read_credential(), of the first that cannot be read.
[[nodiscard]] Result<kafka::Settings> with_credentials(
    kafka::Settings settings, const std::vector<std::pair<std::string, std::string>>& credentials);

}  // namespace avbrottsvakt

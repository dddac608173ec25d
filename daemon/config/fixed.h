#pragma once

#include "config/region.h"

namespace avbrottsvakt {

/// What a daemon that runs over `running` would need a new start for: another domain, journal with its brokers, or
/// output format. Empty: `next` can be put in force while it runs. Threads: any.
///
/// `journal_configured`: the journal is the configured one; else it was given at the start, and the files may say what
/// they like. The errors stand at their places in the files of `next`.
[[nodiscard]] Errors fixed_while_running(const Region& running, const Region& next, bool journal_configured);

}  // namespace avbrottsvakt

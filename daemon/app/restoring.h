#pragma once

#include <vector>

#include "engine/engine.h"
#include "journal/journal.h"

namespace avbrottsvakt {

/// Gives an engine that has taken in nothing yet the state that a journal kept. Records are decoded on every processor
/// while the engine takes them in; the bytes of each are given back as soon as it has been. Blocks.
/// Errors: those of decode_state, Engine::take_in and Engine::restored; of several records the first. The engine must
/// then be thrown away.
[[nodiscard]] Result<void> restore(Engine& engine, std::vector<Journal::KeyValue> state);

}  // namespace avbrottsvakt

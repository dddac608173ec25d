#pragma once

#include "base/error.h"
#include "config/loader.h"
#include "config/yaml_tree.h"

namespace avbrottsvakt {

/// Fills the message from the tree; errors in the order in which they are found.
void bind_message(const SourceText& source, const YamlNode& root, google::protobuf::Message& into, Places& places,
                  Errors& errors);

}  // namespace avbrottsvakt

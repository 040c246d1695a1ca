// A field with a conflict, as people name it. In the history an attachment's value is its file's
// name; here each file is a field of its own, whose values are what it holds.
#pragma once

#include "core/model/item_state.h"

namespace sparekey::core {

/// `attachments/NAME` for an attachment, else as field_label(). A custom field that is called like
/// that is `fields/attachments/NAME`, so that a label means one field.
std::string conflict_label(const FieldKey& key);

}  // namespace sparekey::core

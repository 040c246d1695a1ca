#include "core/model/conflict_label.h"

namespace sparekey::core {
namespace {

constexpr std::string_view kAttachmentPrefix = "attachments/";

}  // namespace

std::string conflict_label(const FieldKey& key) {
    if (key.kind == FieldKind::attachment) return std::string(kAttachmentPrefix) + key.name;
    std::string label = field_label(key);
    if (key.kind == FieldKind::custom && label.starts_with(kAttachmentPrefix)) {
        return "fields/" + label;
    }
    return label;
}

}  // namespace sparekey::core

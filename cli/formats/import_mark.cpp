#include "cli/formats/import_mark.h"

#include "core/crypto/hash.h"
#include "core/text/number.h"

#include <algorithm>

namespace sparekey::cli {
namespace {

// Hex digits. 48 bits tell up to 1,000 fields of one item apart, 64 bits a changed value.
constexpr std::size_t kNameSize = 12;
constexpr std::size_t kValueSize = 16;
constexpr std::string_view kVersion = "2:";
constexpr std::size_t kMostNames = 64;

std::string hex_of(const core::Hash& hash, std::size_t digits) {
    return core::to_hex(core::ByteView(hash).first(digits / 2));
}

core::SecretBytes bytes_of_value(const core::Value& value) {
    core::SecretBuilder bytes;
    bytes.append(value.secret ? '1' : '0');
    bytes.append(value.text.expose());
    return std::move(bytes).take();
}

constexpr std::string_view kTrash = "trash";
constexpr std::string_view kTime = "time";

core::SecretBytes bytes_of_history(const std::vector<ImportedValue>& history) {
    core::SecretBuilder all;
    for (const ImportedValue& old : history) {
        all.append(core::field_label(old.key) + '\x1f' + old.key.name + '\x1f' +
                   std::to_string(old.at_ms) + '\x1f');
        all.append(core::sha256(core::bytes_of(old.value.text.expose())));
        if (old.data) all.append(core::sha256(old.data->expose()));
    }
    return std::move(all).take();
}

}  // namespace

const std::string& MarkHashes::name_of(const core::FieldKey& key) {
    if (const auto known = names_.find(key); known != names_.end()) return known->second;
    // An export may call every field differently.
    if (names_.size() == kMostNames) names_.clear();
    const std::string name = std::to_string(static_cast<int>(key.kind)) + '\x1f' +
                             std::to_string(key.ordinal) + '\x1f' + key.name;
    const core::Hash hash = hashes_.of("import-field", core::bytes_of(name));
    return names_.emplace(key, hex_of(hash, kNameSize)).first->second;
}

std::string MarkHashes::value_of(core::ByteView value) {
    return hex_of(hashes_.of("import-value", value), kValueSize);
}

ImportMark ImportMark::of(MarkHashes& hashes, const core::ItemState& made,
                          const ImportedItem& item) {
    ImportMark mark(hashes);
    mark.values_.reserve(made.fields.size() + item.attachments.size() + 2);
    for (const core::Field& field : made.fields) {
        const core::SecretBytes value = bytes_of_value(core::shown(field.dots).value);
        mark.add(hashes.name_of(field.key), hashes.value_of(value.expose()));
    }
    for (const ImportedAttachment& attachment : item.attachments) {
        const core::Hash digest = core::sha256(attachment.data.expose());
        mark.add(hashes.name_of({core::FieldKind::attachment, attachment.name, 0}),
                 hashes.value_of(digest));
    }
    mark.add(std::string(kTrash), item.trashed ? "1" : "0");
    if (item.modified_ms > 0) mark.add(std::string(kTime), std::to_string(item.modified_ms));
    mark.add("history", hashes.value_of(bytes_of_history(item.history).expose()));
    mark.settle();
    return mark;
}

ImportMark ImportMark::parse(MarkHashes& hashes, std::string_view text) {
    ImportMark mark(hashes);
    if (!text.starts_with(kVersion)) return mark;
    text.remove_prefix(kVersion.size());
    while (!text.empty()) {
        const std::string_view entry = text.substr(0, text.find(' '));
        const auto equals = entry.find('=');
        if (equals != std::string_view::npos) {
            mark.add(std::string(entry.substr(0, equals)), std::string(entry.substr(equals + 1)));
        }
        text.remove_prefix(std::min(text.size(), entry.size() + 1));
    }
    mark.settle();
    return mark;
}

void ImportMark::settle() {
    const auto by_name = [](const auto& left, const auto& right) {
        return left.first < right.first;
    };
    std::stable_sort(values_.begin(), values_.end(), by_name);
    // From the back, so that what stays of equal names is the last.
    const auto same_name = [](const auto& left, const auto& right) {
        return left.first == right.first;
    };
    const auto kept = std::unique(values_.rbegin(), values_.rend(), same_name);
    values_.erase(values_.begin(), kept.base());
}

std::string ImportMark::text() const {
    std::string text(kVersion);
    for (const auto& [name, value] : values_) text.append(name).append("=").append(value) += ' ';
    return text;
}

std::string ImportMark::without_time(std::string_view text) {
    const std::string begin = std::string(kTime) + "=";
    const auto at = text.find(' ' + begin);
    if (at == std::string_view::npos) return std::string(text);
    const auto end = std::min(text.find(' ', at + 1), text.size());
    return std::string(text.substr(0, at)).append(text.substr(end));
}

std::uint64_t ImportMark::time_ms() const {
    const std::string* const found = find(kTime);
    return found == nullptr ? 0 : core::whole_number<std::uint64_t>(*found).value_or(0);
}

const std::string* ImportMark::find(std::string_view name) const {
    const auto found = std::lower_bound(
        values_.begin(), values_.end(), name,
        [](const auto& entry, std::string_view wanted) { return entry.first < wanted; });
    return found != values_.end() && found->first == name ? &found->second : nullptr;
}

bool ImportMark::has(const core::FieldKey& key, const core::Value& value) const {
    const std::string* const found = find(hashes_->name_of(key));
    return found != nullptr && *found == hashes_->value_of(bytes_of_value(value).expose());
}

bool ImportMark::has_attachment(const std::string& name, const core::Hash& sha256) const {
    const std::string* const found = find(hashes_->name_of({core::FieldKind::attachment, name, 0}));
    return found != nullptr && *found == hashes_->value_of(sha256);
}

bool ImportMark::same_trash(const ImportMark& other) const {
    const std::string* const mine = find(kTrash);
    const std::string* const theirs = other.find(kTrash);
    return mine != nullptr && theirs != nullptr && *mine == *theirs;
}

}  // namespace sparekey::cli

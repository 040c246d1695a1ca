// What an imported item remembers of the row that it was made from: keyed hashes, one a field.
//
// The same row again has the same mark. In a changed row the marks tell which fields the source
// changed, so that the vault's own edits of the others stay: a three-way merge without the base.
#pragma once

#include "cli/formats/import.h"
#include "core/vault/seal.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace sparekey::cli {

/// What the marks of one import are made of. Most rows have the same fields, so the hash of a name
/// is kept for the next one.
class MarkHashes {
  public:
    explicit MarkHashes(const core::RecordSealer& sealer) : hashes_(sealer.keyed_hashes()) {}
    const std::string& name_of(const core::FieldKey& key);
    std::string value_of(core::ByteView value);

  private:
    core::KeyedHashes hashes_;
    std::map<core::FieldKey, std::string> names_;
};

/// Refers to its hashes.
class ImportMark {
  public:
    /// `made` is what the item's patch alone makes.
    static ImportMark of(MarkHashes& hashes, const core::ItemState& made, const ImportedItem& item);
    /// Marks of vaults before per-field marks name no field: all of the row counts as changed.
    static ImportMark parse(MarkHashes& hashes, std::string_view text);
    std::string text() const;
    /// Rows of the same content have the same text but for the time.
    static std::string without_time(std::string_view text);

    /// Whether the row had exactly this.
    bool has(const core::FieldKey& key, const core::Value& value) const;
    /// Whether the row had any value of this field.
    bool names(const core::FieldKey& key) const { return find(hashes_->name_of(key)) != nullptr; }
    bool has_attachment(const std::string& name, const core::Hash& sha256) const;
    /// When the source changed the row last; 0 if it does not say so.
    std::uint64_t time_ms() const;
    bool same_trash(const ImportMark& other) const;

  private:
    explicit ImportMark(MarkHashes& hashes) : hashes_(&hashes) {}
    void add(std::string name, std::string value) {
        values_.emplace_back(std::move(name), std::move(value));
    }
    /// Sorts them; of one name the last counts.
    void settle();
    const std::string* find(std::string_view name) const;

    MarkHashes* hashes_;
    std::vector<std::pair<std::string, std::string>> values_;  // both as hex of a keyed hash
};

}  // namespace sparekey::cli

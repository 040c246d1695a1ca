// KeePass 2's XML, as KeePass and KeePassXC export it.
//
// pugixml never expands declared entities; a document type is refused all the same, since no export
// has one. History entries become history, not items; the recycle bin becomes the trash.
#include "cli/formats/keepass_entry.h"
#include "core/text/unicode.h"

#include <algorithm>

namespace sparekey::cli {
namespace {

using pugi::xml_node;

struct Source {
    const ImportSink& sink;
    ImportNotes& notes;
    std::string recycle_bin;  // its group's UUID
    KeepassFile file;
    std::size_t entries = 0;
    std::size_t notes_of_groups = 0;
    std::size_t size = 0;  // of the document, in bytes
};

core::Result<void> read_entry(const xml_node& entry, const KeepassGroup& group, bool trashed,
                              Source& source) {
    ImportedItem item;
    item.where = "entry " + std::to_string(++source.entries);
    item.trashed = trashed;
    source.notes.advance(
        static_cast<std::size_t>(std::max<std::ptrdiff_t>(entry.offset_debug(), 0)), source.size);
    SPAREKEY_CHECK(read_keepass_entry(entry, group, source.file, item, source.notes));
    return source.sink(std::move(item));
}

/// A group's notes are a note of its name, beside its entries.
core::Result<void> read_group_notes(const xml_node& group, const KeepassGroup& place, bool trashed,
                                    Source& source) {
    core::SecretText text = keepass_text(group.child("Notes"));
    if (text.empty()) return {};
    ImportedItem item;
    item.where = "group notes " + std::to_string(++source.notes_of_groups);
    item.source = "group " + keepass_name(group, "UUID") + place.path;
    item.trashed = trashed;
    item.patch.type = core::ItemType::note;
    item.patch.title = keepass_name(group, "Name");
    item.patch.notes = std::move(text);
    item.patch.tags = place.tags;
    if (!place.path.empty()) item.patch.tags->insert(item.patch.tags->begin(), place.path);
    name_untitled(item.patch);
    const xml_node times = group.child("Times");
    item.created_ms = keepass_time(times, "CreationTime", source.notes);
    item.modified_ms = keepass_time(times, "LastModificationTime", source.notes);
    return source.sink(std::move(item));
}

/// KeePass hands a group's tags down to all that is in it; very many would multiply.
void add_group_tags(const xml_node& group, KeepassGroup& place, ImportNotes& notes) {
    constexpr std::size_t kMostInherited = 4096;  // bytes
    std::vector<std::string> tags = keepass_tags(group);
    std::size_t size = 0;
    for (const auto* list : {&place.tags, &tags}) {
        for (const std::string& tag : *list) size += tag.size() + 1;
    }
    if (size > kMostInherited) {
        ++notes.unmapped["group Tags"];
        return;
    }
    std::move(tags.begin(), tags.end(), std::back_inserter(place.tags));
}

core::Result<void> read_group(const xml_node& group, KeepassGroup place, bool trashed, int depth,
                              Source& source) {
    if (depth > kDeepestGroup) {
        return core::unexpected(core::ErrorCode::usage, "groups are nested too deep");
    }
    add_group_tags(group, place, source.notes);
    if (!keepass_text(group.child("DefaultAutoTypeSequence")).empty()) {
        ++source.notes.unmapped["group DefaultAutoTypeSequence"];
    }
    SPAREKEY_CHECK(read_group_notes(group, place, trashed, source));
    for (const xml_node& entry : group.children("Entry")) {
        SPAREKEY_CHECK(read_entry(entry, place, trashed, source));
    }
    for (const xml_node& child : group.children("Group")) {
        const std::string name = keepass_name(child, "Name");
        const bool bin =
            !source.recycle_bin.empty() && source.recycle_bin == keepass_name(child, "UUID");
        // What lies directly in the bin has no group of its own any more.
        const std::string below = bin ? "" : place.path.empty() ? name : place.path + "/" + name;
        SPAREKEY_CHECK(read_group(child, {below, place.tags}, trashed || bin, depth + 1, source));
    }
    return {};
}

/// XML has no NUL, and a text with one would end there: each reference to it becomes one to
/// U+0001, which XML does not have either, so that the entry can be named.
bool replace_nul_references(core::SecretBytes& file) {
    const std::string_view text = core::text_of(file.expose());
    bool found = false;
    for (auto at = text.find("&#"); at != std::string_view::npos; at = text.find("&#", at + 2)) {
        auto digit = at + 2;
        if (digit < text.size() && text[digit] == 'x') ++digit;
        const auto end = text.find_first_not_of('0', digit);
        if (end == digit || end == std::string_view::npos || text[end] != ';') continue;
        file.expose_mutable()[end - 1] = '1';
        found = true;
    }
    return found;
}

/// The tree has a node of some 70 bytes for each tag, the text behind it and each attribute, which
/// all begin with one of these two. An export has some fifty an entry.
core::Result<void> check_size_of_tree(std::string_view text) {
    constexpr std::ptrdiff_t kMostMarks = 8 << 20;
    const auto marks =
        std::count(text.begin(), text.end(), '<') + std::count(text.begin(), text.end(), '=');
    if (marks <= kMostMarks) return {};
    return core::unexpected(core::ErrorCode::usage, "the XML has more than 8 million tags",
                            "export the groups one by one");
}

core::Result<void> check_shape(const pugi::xml_document& document) {
    for (const xml_node& node : document.children()) {
        if (node.type() == pugi::node_doctype) {
            return core::unexpected(core::ErrorCode::usage,
                                    "the XML declares a document type, which no export does");
        }
    }
    if (document.child("KeePassFile").child("Root").child("Group").empty()) {
        return core::unexpected(core::ErrorCode::usage, "this is not a KeePass 2 XML export");
    }
    return {};
}

core::Unexpected malformed(const core::SecretBytes& file, const pugi::xml_parse_result& result) {
    const auto at = std::min<std::size_t>(static_cast<std::size_t>(result.offset), file.size());
    const auto before = file.expose().first(at);
    const auto line = 1 + std::count(before.begin(), before.end(), std::uint8_t{'\n'});
    return core::unexpected(core::ErrorCode::usage, "line " + std::to_string(line) +
                                                        " is not XML: " + result.description());
}

}  // namespace

core::Result<void> read_keepass_xml(core::SecretBytes& file, const ImportSink& sink,
                                    ImportNotes& notes) {
    if (!core::is_utf8(core::text_of(file.expose()))) {
        return core::unexpected(core::ErrorCode::usage, "the file is not UTF-8");
    }
    if (core::text_of(file.expose()).find('\0') != std::string_view::npos) {
        return core::unexpected(core::ErrorCode::usage, "the file has a NUL character");
    }
    SPAREKEY_CHECK(check_size_of_tree(core::text_of(file.expose())));
    const bool had_nul = replace_nul_references(file);
    const core::SecretBytes original = file.clone();  // parsing in place writes over the text
    pugi::xml_document document;
    const auto result =
        document.load_buffer_inplace(file.expose_mutable().data(), file.size(),
                                     pugi::parse_cdata | pugi::parse_escapes | pugi::parse_eol |
                                         pugi::parse_doctype | pugi::parse_ws_pcdata,
                                     pugi::encoding_utf8);
    if (!result) return malformed(original, result);
    SPAREKEY_CHECK(check_shape(document));
    const xml_node root = document.child("KeePassFile");
    const xml_node top = root.child("Root").child("Group");
    Source source{sink, notes, {}, {{}, KeepassReferences(top), had_nul}, 0, 0, file.size()};
    const xml_node meta = root.child("Meta");
    if (is_true(keepass_name(meta, "RecycleBinEnabled"))) {
        source.recycle_bin = keepass_name(meta, "RecycleBinUUID");
    }
    for (const xml_node& binary : meta.child("Binaries").children("Binary")) {
        source.file.binaries.emplace(binary.attribute("ID").value(), binary);
    }
    SPAREKEY_CHECK(check_keepass_data(top, source.file));
    return read_group(top, {}, false, 0, source);
}

}  // namespace sparekey::cli

#include "cli/formats/import_fit.h"

#include "cli/output.h"
#include "core/model/limits.h"
#include "core/otp/otp.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <set>

namespace sparekey::cli {
namespace {

using core::SecretText;

constexpr std::size_t kLongestName = 255;   // bytes of an attachment's name
constexpr std::size_t kLongestTitle = 200;  // bytes of one that is cut
constexpr std::string_view kTooMuch = " beyond the 1,000 fields and 192 KiB of an item";

/// At most `most` bytes, no character cut in two.
std::string cut(std::string_view text, std::size_t most) {
    if (text.size() <= most) return std::string(text);
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0U) == 0x80U) --most;
    return std::string(text.substr(0, most));
}

/// The name that `attach` would take, as like the wanted one as it goes.
std::string file_name(std::string_view wanted) {
    std::string name = cut(wanted, kLongestName - 10);
    for (char& c : name) {
        if (c == '/' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '_';
    }
    if (name.empty()) return "attachment";
    return core::is_file_name(name) ? name : "_" + name;
}

/// "a.txt" -> "a (2).txt".
std::string numbered(const std::string& name, int number) {
    const auto dot = name.rfind('.');
    const std::string suffix = " (" + std::to_string(number) + ")";
    if (dot == std::string::npos || dot == 0) return name + suffix;
    return name.substr(0, dot) + suffix + name.substr(dot);
}

class Fitting {
  public:
    Fitting(ImportedItem& item, ImportNotes& notes) : item_(item), notes_(notes) {}

    void run() {
        check_otp();
        move_long_texts();
        drop_long_history();
        name_old_attachments();
        move_for_size();
        name_attachments(item_, notes_);
    }

  private:
    void note(std::string reason) { notes_.skipped.push_back({item_.where, std::move(reason)}); }

    void attach(const std::string& name, core::SecretBytes data, const std::string& what) {
        item_.attachments.push_back({name, std::move(data)});
        notes_.keep(what, "attachment " + core::printable(name));
    }

    void attach_text(const std::string& label, std::string_view text) {
        attach(label + ".txt", core::SecretBytes::copy_of(core::bytes_of(text)),
               label + " longer than 64 KiB");
    }

    void check_otp() {
        std::optional<SecretText>& totp = item_.patch.totp;
        if (!totp || totp->empty()) return;
        const auto spec = core::parse_otp(totp->expose());
        if (spec) return;
        add_field(item_.patch, "totp", totp->expose(), true);
        notes_.keep("totp", "custom field: " + spec.error().message);
        totp.reset();
    }

    template <class Text>
    void move_scalar(const std::string& label, std::optional<Text>& text) {
        if (!text || text->size() <= core::kLongestValue) return;
        if constexpr (std::is_same_v<Text, SecretText>) {
            attach_text(label, text->expose());
        } else {
            attach_text(label, *text);
        }
        text.reset();
    }

    void move_list(const std::string& label, std::optional<std::vector<std::string>>& list) {
        if (!list) return;
        std::erase_if(*list, [&](const std::string& text) {
            const bool too_long = text.size() > core::kLongestValue;
            if (too_long) attach_text(label, text);
            return too_long;
        });
    }

    void move_long_texts() {
        core::ItemPatch& patch = item_.patch;
        if (patch.title && patch.title->size() > core::kLongestValue) {
            attach_text("title", *patch.title);
            patch.title = cut(*patch.title, kLongestTitle);
        }
        move_scalar("username", patch.username);
        move_scalar("password", patch.password);
        move_scalar("notes", patch.notes);
        move_list("url", patch.urls);
        move_list("tag", patch.tags);
        if (!patch.fields) return;
        for (core::CustomField& field : *patch.fields) {
            if (field.name.size() > core::kLongestValue) {
                attach_text("field name", field.name);
                field.name = cut(field.name, kLongestTitle);
            }
        }
        std::erase_if(*patch.fields, [&](const core::CustomField& field) {
            const bool too_long = field.value.size() > core::kLongestValue;
            if (too_long) attach_text(cut(field.name, kLongestTitle), field.value.expose());
            return too_long;
        });
    }

    void drop_long_history() {
        std::erase_if(item_.history, [&](const ImportedValue& old) {
            const bool too_long = old.value.text.size() > core::kLongestValue ||
                                  old.key.name.size() > core::kLongestValue;
            if (too_long) {
                note("an old " + cut(core::field_label(old.key), kLongestTitle) +
                     " is longer than 64 KiB");
            }
            return too_long;
        });
    }

    void name_old_attachments() {
        for (ImportedValue& old : item_.history) {
            const bool is_file = old.key.kind == core::FieldKind::attachment;
            if (is_file && !core::is_file_name(old.key.name))
                old.key.name = file_name(old.key.name);
        }
    }

    /// What is left after the longest goes first: custom fields, notes, addresses, then tags.
    void move_for_size() {
        core::ItemPatch& patch = item_.patch;
        if (fits()) return;
        if (patch.fields && !patch.fields->empty()) {
            attach("fields.json", fields_json(*patch.fields), "fields" + std::string(kTooMuch));
            patch.fields->clear();
        }
        if (!fits() && patch.notes) {
            const core::ByteView notes = core::bytes_of(patch.notes->expose());
            attach("notes.txt", core::SecretBytes::copy_of(notes), "notes" + std::string(kTooMuch));
            patch.notes.reset();
        }
        move_lines("urls", patch.urls);
        move_lines("tags", patch.tags);
    }

    void move_lines(const std::string& label, std::optional<std::vector<std::string>>& list) {
        if (!list || list->empty() || fits()) return;
        core::SecretBuilder lines;
        for (const std::string& text : *list) lines.append(text + "\n");
        attach(label + ".txt", std::move(lines).take(), label + std::string(kTooMuch));
        list->clear();
    }

    /// Roughly as core::check_limits() counts, on the safe side.
    bool fits() const {
        const core::ItemPatch& patch = item_.patch;
        std::size_t count = 5 + item_.attachments.size();
        std::size_t bytes = patch.title.value_or("").size() + patch.username.value_or("").size() +
                            (patch.password ? patch.password->size() : 0) +
                            (patch.totp ? patch.totp->size() : 0) +
                            (patch.notes ? patch.notes->size() : 0);
        for (const ImportedAttachment& attachment : item_.attachments) {
            bytes += attachment.name.size() + 16;
        }
        for (const auto* list : {&patch.urls, &patch.tags}) {
            if (!*list) continue;
            count += (*list)->size();
            for (const std::string& text : **list) bytes += text.size();
        }
        if (patch.fields) {
            count += 2 * patch.fields->size();
            for (const core::CustomField& field : *patch.fields) {
                bytes += field.name.size() + field.value.size();
            }
        }
        return count < core::kMostFields && bytes + 1024 <= core::kLargestItem;
    }

    static core::SecretBytes fields_json(const std::vector<core::CustomField>& fields) {
        JsonWriter json;
        json.begin_array();
        for (const core::CustomField& field : fields) {
            json.begin_object()
                .field("name", field.name)
                .field("value", field.value.expose())
                .field_bool("secret", field.secret)
                .end_object();
        }
        json.end_array();
        return json.drain();
    }

    ImportedItem& item_;
    ImportNotes& notes_;
};

}  // namespace

void name_by_title(ImportedItem& item, ImportNotes& notes) {
    constexpr std::size_t kMost = 80;  // bytes
    const std::string title = item.patch.title.value_or("");
    if (title.empty()) return;
    const std::string named = item.where + " (" + core::printable(cut(title, kMost)) +
                              (title.size() > kMost ? "…)" : ")");
    for (auto one = notes.skipped.rbegin(); one != notes.skipped.rend(); ++one) {
        if (one->where != item.where) break;
        one->where = named;
    }
    item.where = named;
}

void name_attachments(ImportedItem& item, ImportNotes& notes) {
    std::set<std::string> taken;
    for (ImportedAttachment& attachment : item.attachments) {
        const std::string wanted = std::move(attachment.name);
        const std::string name = core::is_file_name(wanted) ? wanted : file_name(wanted);
        attachment.name = name;
        for (int i = 2; !taken.insert(attachment.name).second; ++i) {
            attachment.name = numbered(cut(name, kLongestName - 10), i);
        }
        if (attachment.name == wanted) continue;
        notes.keep("attachment \"" + wanted + "\"", "called \"" + attachment.name + "\" here");
    }
}

void fit(ImportedItem& item, ImportNotes& notes) {
    Fitting(item, notes).run();
}

}  // namespace sparekey::cli

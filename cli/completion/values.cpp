#include "cli/completion/values.h"

#include "cli/formats/import.h"
#include "core/model/item.h"

namespace sparekey::cli {
namespace {

constexpr std::string_view kFields[] = {"password", "username", "totp",  "totp-seed",
                                        "url",      "notes",    "title", "recovery-code"};

void add_kind(CompletedValues& values, std::string_view command, std::string_view kind) {
    if (kind == "FILE" || kind == "DEST" || kind == "PATH") values.files = true;
    if (kind == "QUERY" || kind == "ITEM") values.titles = true;
    if (kind == "FIELD") values.words.insert(values.words.end(), kFields, std::end(kFields));
    if (kind == "TYPE") {
        for (const std::string_view type : core::type_names()) values.words.emplace_back(type);
    }
    if (kind == "FORMAT" && command == "import") {
        for (const ImportFormat& format : import_formats()) values.words.emplace_back(format.name);
    }
}

CompletedValues by_usage(std::string_view command, std::string_view usage) {
    if (usage.starts_with('[')) usage = usage.substr(1, usage.size() - 2);
    CompletedValues values;
    while (!usage.empty()) {
        const auto bar = usage.find('|');
        std::string_view one = usage.substr(0, bar);
        usage.remove_prefix(bar == std::string_view::npos ? usage.size() : bar + 1);
        // "approve CODE" offers the word; what follows it is another's.
        while (one.starts_with(' ')) one.remove_prefix(1);
        one = one.substr(0, one.find(' '));
        if (one.empty()) continue;
        if (one.front() >= 'a' && one.front() <= 'z') {
            values.words.emplace_back(one);
        } else {
            add_kind(values, command, one);
        }
    }
    return values;
}

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) all += (all.empty() ? "" : " ") + text;
    return all;
}

}  // namespace

std::string CompletedValues::joined_words() const {
    return joined(words);
}

CompletedValues completed_values(const CommandSpec& command, std::string_view usage) {
    return by_usage(command.name, usage);
}

CompletedValues completed_values(std::string_view usage) {
    return by_usage({}, usage);
}

std::string options_with_values(const std::vector<OptionSpec>& options) {
    std::vector<std::string> names;
    for (const OptionSpec& option : options) {
        if (!option.value.empty() && !option.optional_value) names.emplace_back(option.name);
    }
    return joined(names);
}

std::string option_names(const std::vector<OptionSpec>& options) {
    std::vector<std::string> names;
    for (const OptionSpec& option : options) names.emplace_back(option.name);
    return joined(names);
}

}  // namespace sparekey::cli

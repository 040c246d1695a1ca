// How people name a field: one name, one field.
#include "core/model/item_state.h"

#include <catch2/catch_test_macros.hpp>

#include <set>

namespace sparekey::core {

TEST_CASE("a custom field called like a built-in one has a label of its own", "[core][model]") {
    const auto label = [](const char* name, std::uint16_t ordinal = 0) {
        return field_label({FieldKind::custom, name, ordinal});
    };
    CHECK(label("pin") == "pin");
    CHECK(label("pin", 1) == "pin#2");
    CHECK(label("password") == "fields/password");
    CHECK(label("import mark") == "fields/import mark");
    CHECK(label("fields/password") == "fields/fields/password");
    std::set<std::string> labels;
    std::size_t count = 0;
    for (int kind = 0; kind <= static_cast<int>(FieldKind::attachment); ++kind) {
        const FieldKey key{static_cast<FieldKind>(kind), {}, 0};
        if (!is_known(key.kind) || key.kind == FieldKind::custom) continue;
        const std::string own = field_label(key);
        labels.insert({own, label(own.c_str()), label(label(own.c_str()).c_str())});
        CHECK(custom_name(label(own.c_str())) == own);
        count += 3;
    }
    CHECK(labels.size() == count);
}

}  // namespace sparekey::core

#include "core/model/conceal.h"

namespace sparekey::core {
namespace {

void conceal_text(SecretText& text) {
    if (!text.empty()) text = SecretText::copy_of(kConcealed);
}

}  // namespace

void conceal(Item& item) {
    conceal_text(item.password);
    conceal_text(item.totp);
    conceal_text(item.notes);
    for (CustomField& field : item.fields) {
        if (field.secret) conceal_text(field.value);
    }
    for (SecretText& code : item.recovery_codes) conceal_text(code);
}

void conceal(HistoryEntry& entry) {
    if (is_secret(entry)) conceal_text(entry.dot.value.text);
}

void conceal(Conflict& conflict) {
    if (is_secret(conflict.key, conflict.current.value)) {
        conceal_text(conflict.current.value.text);
    }
    for (Dot& other : conflict.others) {
        if (is_secret(conflict.key, other.value)) conceal_text(other.value.text);
    }
}

}  // namespace sparekey::core

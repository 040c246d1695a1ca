// libFuzzer: what people write down of how they sign in: nothing of the item is taken away by it,
// and what is recognised is named.
#include "cli/formats/login_habit.h"
#include "core/lockout/login_phrase.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    const std::string_view text = core::text_of({data, size});
    [[maybe_unused]] const auto provider = core::login_provider_in(text);
    // The first byte says where the user name ends and the notes begin.
    const std::size_t parted = text.empty() ? 0 : data[0] % text.size();
    const std::string username(text.substr(0, parted));
    const std::string_view notes = text.substr(parted);
    cli::ImportedItem item;
    item.patch.type = core::ItemType::login;
    item.patch.username = username;
    item.patch.notes = core::SecretText::copy_of(notes);
    item.patch.urls = {"https://site.example"};
    cli::ImportNotes said;
    cli::recognise_login_habit(item, said);
    if (item.patch.username != username || item.patch.notes->expose() != notes) std::abort();
    if (said.recognised.empty() && item.patch.sign_in_with) std::abort();
    for (const auto& one : said.recognised) {
        if (one.provider.empty()) std::abort();
    }
    return 0;
}

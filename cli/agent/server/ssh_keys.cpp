#include "cli/agent/server/ssh_keys.h"

#include "core/base/mutant.h"
#include "core/ssh/key_item.h"
#include "core/text/unicode.h"

namespace sparekey::cli::agent {

core::Result<std::vector<core::Item>> VaultSshKeys::items() {
    SPAREKEY_TRY(LocalAccess* const access, holder_.access(by_));
    core::Filter filter;
    filter.type = core::type_name(core::ItemType::ssh_key);
    SPAREKEY_TRY(const std::vector<core::IndexRow> rows, access->find(filter));
    std::vector<core::Item> found;
    for (const core::IndexRow& row : rows) {
        SPAREKEY_TRY(core::Item item, access->item_for_signing(row.id));
        found.push_back(std::move(item));
    }
    return found;
}

core::Result<core::Item> VaultSshKeys::item_of(core::ByteView public_blob) {
    SPAREKEY_TRY(std::vector<core::Item> all, items());
    for (core::Item& item : all) {
        const auto identity = core::identity_of(item);
        if (identity && core::equal_constant_time(identity->blob, public_blob)) {
            return std::move(item);
        }
    }
    return core::unexpected(core::ErrorCode::not_found, "no such key");
}

std::vector<core::SshIdentity> VaultSshKeys::identities() {
    std::vector<core::SshIdentity> offered;
    const auto all = items();
    if (!all) return offered;
    for (const core::Item& item : *all) {
        if (auto identity = core::identity_of(item)) offered.push_back(std::move(*identity));
    }
    return offered;
}

core::Result<core::Bytes> VaultSshKeys::sign(core::ByteView public_blob, core::ByteView data,
                                             std::uint32_t flags) {
    SPAREKEY_TRY(const core::Item item, item_of(public_blob));
    SPAREKEY_TRY(core::Bytes signature, core::sign_with_item(item, public_blob, data, flags));
    SPAREKEY_TRY(LocalAccess* const access, holder_.access(by_));
    access->note(Use::sign, item.id, core::kPrivateKeyField);
    return signature;
}

std::optional<std::string> VaultSshKeys::wants_confirmation(core::ByteView message) try {
    const auto request = core::parse_agent_request(message);
    if (!request) return std::nullopt;
    const auto* const wanted = std::get_if<core::SignRequest>(&*request);
    if (wanted == nullptr) return std::nullopt;
    const auto item = item_of(wanted->public_blob);
    if (!item || SPAREKEY_LEFT_OUT("ssh-confirm") || !core::asks_before_use(*item)) {
        return std::nullopt;
    }
    return "Let a program use the SSH key \"" + core::printable(item->title) + "\"?";
} catch (...) {
    return std::nullopt;
}

core::Bytes VaultSshKeys::answer(core::ByteView message) try {
    return core::answer_agent_request(message, *this);
} catch (...) {
    return core::failure_answer();
}

}  // namespace sparekey::cli::agent

#include "cli/access/health_survey.h"

#include "cli/breaches/breach_list.h"
#include "cli/libexec.h"
#include "core/health/health.h"
#include "core/model/view.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>

namespace sparekey::cli {
namespace {

using core::RecordId;

/// Every live item's state, one at a time.
core::Result<void> each_state(
    core::Vault& vault,
    const std::function<core::Result<void>(const RecordId&, const core::ItemState&)>& visit) {
    std::vector<RecordId> ids;
    vault.store().each_index_row(core::Shelf::live, [&](const core::IndexRow& row) {
        ids.push_back(row.id);
        return true;
    });
    for (const RecordId& id : ids) {
        SPAREKEY_TRY(const core::ItemState state, vault.state(id));
        if (!state.trashed()) SPAREKEY_CHECK(visit(id, state));
    }
    return {};
}

std::uint64_t password_set_at(const core::ItemState& state) {
    const core::Register* const password = state.find({core::FieldKind::password});
    return password == nullptr ? 0 : core::shown(*password).stamp.at.wall_ms;
}

/// The passwords as sparekey-strength takes many: each after its length.
void append_password(core::SecretBuilder& all, core::ByteView password) {
    const auto size = static_cast<std::uint32_t>(password.size());
    for (int shift = 0; shift < 32; shift += 8) all.append(static_cast<char>(size >> shift));
    all.append(password);
}

/// A flag for each of the passwords: it is easy to guess. Their library is not linked here.
core::Result<std::vector<bool>> weak_ones(const core::SecretBuilder& passwords, std::size_t count) {
    SPAREKEY_TRY(const core::SecretText words,
                 run_helper("sparekey-strength", {"--many"}, core::text_of(passwords.expose())));
    std::vector<bool> weak;
    std::string_view left = words.expose();
    while (!left.empty()) {
        const std::string_view word = left.substr(0, left.find('\n'));
        left.remove_prefix(std::min(word.size() + 1, left.size()));
        weak.push_back(word == "weak" || word == "very weak");
    }
    if (weak.size() != count) {
        return core::unexpected(core::ErrorCode::failed, "sparekey-strength gave no answer");
    }
    return weak;
}

std::uint32_t prefix_of(core::ByteView password) {
    const core::SecretText hash = breach_hash(password);
    const std::string_view digits = hash.expose().substr(0, kBreachPrefix);
    std::uint32_t prefix = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), prefix, 16);
    return prefix;
}

std::size_t read_at(int descriptor, std::uint64_t offset, core::MutableBytes into) {
    std::size_t done = 0;
    while (done < into.size()) {
        const ssize_t got = ::pread(descriptor, into.data() + done, into.size() - done,
                                    static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw core::SystemFailure("the list of breached passwords cannot be read");
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

}  // namespace

core::Result<std::vector<ItemHealth>> survey_health(core::Vault& vault, BreachPrefixes prefixes) {
    const std::uint64_t now = vault.clock().now_ms();
    core::ReuseIndex index(vault.random());
    core::SecretBuilder distinct;
    std::vector<ItemHealth> found;
    std::vector<std::optional<std::size_t>> numbers;  // which password each has
    SPAREKEY_CHECK(each_state(
        vault, [&](const RecordId& id, const core::ItemState& state) -> core::Result<void> {
            const core::Item item = core::view(state, id, 0);
            ItemHealth health{
                id, item.title, core::item_problems(item, password_set_at(state), now), {}};
            const core::ByteView password = core::bytes_of(item.password.expose());
            std::optional<std::size_t> number;
            if (!password.empty()) {
                number = index.note(password);
                if (index.count(*number) == 1) append_password(distinct, password);
                if (prefixes == BreachPrefixes::wanted) health.prefix = prefix_of(password);
            }
            found.push_back(std::move(health));
            numbers.push_back(number);
            return {};
        }));
    SPAREKEY_TRY(const std::vector<bool> weak, weak_ones(distinct, index.distinct()));
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (!numbers[i]) continue;
        if (index.count(*numbers[i]) > 1) found[i].problems.add(core::Problem::reused);
        if (weak[*numbers[i]]) found[i].problems.add(core::Problem::weak);
    }
    return found;
}

core::Result<std::vector<RecordId>> breached_in_range(core::Vault& vault,
                                                      const std::vector<RecordId>& ids,
                                                      std::string_view range) {
    std::vector<RecordId> found;
    for (const RecordId& id : ids) {
        SPAREKEY_TRY(const core::Item item, vault.item(id));
        if (item.password.empty()) continue;
        const core::SecretText hash = breach_hash(core::bytes_of(item.password.expose()));
        if (range_holds(range, hash.expose())) found.push_back(id);
    }
    return found;
}

core::Result<std::vector<RecordId>> breached_in_file(core::Vault& vault, int descriptor) {
    struct stat status {};
    if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0) {
        return core::unexpected(core::ErrorCode::usage,
                                "the list of breached passwords is not a file, or empty");
    }
    const BreachFile list(
        [descriptor](std::uint64_t offset, core::MutableBytes into) {
            return read_at(descriptor, offset, into);
        },
        static_cast<std::uint64_t>(status.st_size));
    std::vector<RecordId> found;
    SPAREKEY_CHECK(each_state(
        vault, [&](const RecordId& id, const core::ItemState& state) -> core::Result<void> {
            const core::Register* const password = state.find({core::FieldKind::password});
            if (password == nullptr || core::shown(*password).value.text.empty()) return {};
            const core::SecretText hash =
                breach_hash(core::bytes_of(core::shown(*password).value.text.expose()));
            SPAREKEY_TRY(const bool breached, list.holds(hash.expose()));
            if (breached) found.push_back(id);
            return {};
        }));
    return found;
}

}  // namespace sparekey::cli

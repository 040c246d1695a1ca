#include "cli/access/health_survey.h"

#include "cli/breaches/breach_list.h"
#include "cli/libexec.h"
#include "core/model/view.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <span>

namespace sparekey::cli {
namespace {

using core::RecordId;

/// A helper is started for so many passwords: to rate them takes some ten milliseconds.
constexpr std::size_t kRatedAtOnce = 32;

/// Of a live item that has one.
core::Result<std::optional<core::SecretText>> password_of(core::Vault& vault, const RecordId& id) {
    auto item = vault.item(id);
    const bool gone = !item && item.error().code == core::ErrorCode::not_found;
    if (gone) return std::optional<core::SecretText>();
    if (!item) return core::unexpected(std::move(item).error());
    if (item->deleted || item->password.empty()) return std::optional<core::SecretText>();
    return std::optional<core::SecretText>(std::move(item->password));
}

std::uint64_t password_set_at(const core::ItemState& state) {
    const core::Register* const password = state.find({core::FieldKind::password});
    return password == nullptr ? 0 : core::shown(*password).stamp.at.wall_ms;
}

/// The passwords as sparekey-strength takes many: each after its length.
void append_password(core::SecretBuilder& all, std::string_view password) {
    const auto size = static_cast<std::uint32_t>(password.size());
    for (int shift = 0; shift < 32; shift += 8) all.append(static_cast<char>(size >> shift));
    all.append(password);
}

/// A flag for each of the passwords: it is easy to guess. Their library is not linked here.
core::Result<std::vector<bool>> weak_ones(std::span<const core::SecretText> rated) {
    core::SecretBuilder passwords;
    for (const core::SecretText& one : rated) append_password(passwords, one.expose());
    SPAREKEY_TRY(const core::SecretText words,
                 run_helper("sparekey-strength", {"--many"}, core::text_of(passwords.expose())));
    std::vector<bool> weak;
    std::string_view left = words.expose();
    while (!left.empty()) {
        const std::string_view word = left.substr(0, left.find('\n'));
        left.remove_prefix(std::min(word.size() + 1, left.size()));
        weak.push_back(word == "weak" || word == "very weak");
    }
    if (weak.size() != rated.size()) {
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

HealthSurvey::HealthSurvey(core::Vault& vault, storage::VaultStore& store, BreachPrefixes prefixes)
    : vault_(vault),
      prefixes_(prefixes),
      now_ms_(vault.clock().now_ms()),
      index_(vault.random()),
      reader_(store) {}

core::Result<HealthPiece> HealthSurvey::next() {
    if (!items_read_) {
        SPAREKEY_CHECK(read_items());
    } else {
        SPAREKEY_CHECK(rate_passwords());
    }
    HealthPiece piece;
    if (!items_read_) return piece;
    piece.done = weak_.size();
    piece.total = distinct_.size();
    piece.is_last = piece.done == piece.total;
    if (piece.is_last) piece.items = take_items();
    return piece;
}

core::Result<void> HealthSurvey::read_items() {
    const auto begun = [this] {
        found_.clear();
        numbers_.clear();
        distinct_.clear();
        index_ = core::ReuseIndex(vault_.random());
    };
    SPAREKEY_TRY(items_read_, reader_.step(begun, [this](const core::Record& record) {
        return read_item(record);
    }));
    return {};
}

core::Result<void> HealthSurvey::read_item(const core::Record& record) {
    SPAREKEY_TRY(const core::ItemState state, vault_.state(record));
    if (state.trashed()) return {};
    core::Item item = core::view(state, record.id, 0);
    ItemHealth health{
        record.id, item.title, core::item_problems(item, password_set_at(state), now_ms_), {}};
    std::optional<std::size_t> number;
    if (!item.password.empty()) {
        const core::ByteView password = core::bytes_of(item.password.expose());
        number = index_.note(password);
        if (prefixes_ == BreachPrefixes::wanted) health.prefix = prefix_of(password);
        if (index_.count(*number) == 1) distinct_.push_back(std::move(item.password));
    }
    found_.push_back(std::move(health));
    numbers_.push_back(number);
    return {};
}

core::Result<void> HealthSurvey::rate_passwords() {
    const std::size_t rated = weak_.size();
    const std::size_t count = std::min(kRatedAtOnce, distinct_.size() - rated);
    if (count == 0) return {};
    const std::span<core::SecretText> some = std::span(distinct_).subspan(rated, count);
    SPAREKEY_TRY(const std::vector<bool> weak, weak_ones(some));
    weak_.insert(weak_.end(), weak.begin(), weak.end());
    for (core::SecretText& one : some) one = core::SecretText();
    return {};
}

std::vector<ItemHealth> HealthSurvey::take_items() {
    for (std::size_t i = 0; i < found_.size(); ++i) {
        if (!numbers_[i]) continue;
        if (index_.count(*numbers_[i]) > 1) found_[i].problems.add(core::Problem::reused);
        if (weak_[*numbers_[i]]) found_[i].problems.add(core::Problem::weak);
    }
    return std::move(found_);
}

core::Result<std::vector<RecordId>> breached_in_range(core::Vault& vault,
                                                      const std::vector<RecordId>& ids,
                                                      std::string_view range) {
    std::vector<RecordId> found;
    for (const RecordId& id : ids) {
        SPAREKEY_TRY(const auto password, password_of(vault, id));
        if (!password) continue;
        const core::SecretText hash = breach_hash(core::bytes_of(password->expose()));
        if (range_holds(range, hash.expose())) found.push_back(id);
    }
    return found;
}

core::Result<std::vector<RecordId>> breached_in_file(core::Vault& vault,
                                                     const std::vector<RecordId>& ids,
                                                     int descriptor) {
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
    for (const RecordId& id : ids) {
        SPAREKEY_TRY(const auto password, password_of(vault, id));
        if (!password) continue;
        const core::SecretText hash = breach_hash(core::bytes_of(password->expose()));
        SPAREKEY_TRY(const bool breached, list.holds(hash.expose()));
        if (breached) found.push_back(id);
    }
    return found;
}

}  // namespace sparekey::cli

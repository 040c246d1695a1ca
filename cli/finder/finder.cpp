#include "cli/finder/finder.h"

#include "cli/finder/copy.h"
#include "core/text/unicode.h"

#include <algorithm>

namespace sparekey::cli::finder {
namespace {

using core::Result;

constexpr int kEscapePatienceMs = 50;  // for the rest of a key that begins with it
constexpr std::size_t kLongestQuery = 1024;
constexpr std::uint64_t kFirstRows = 100;

/// One code point, so that a mark that combines goes before its letter; bytes that
/// go on with a character are 10xxxxxx.
void erase_character(std::string& text) {
    while (!text.empty()) {
        const auto byte = static_cast<unsigned char>(text.back());
        text.pop_back();
        if ((byte & 0xC0) != 0x80) return;
    }
}

void erase_word(std::string& text) {
    while (text.ends_with(' ')) text.pop_back();
    while (!text.empty() && !text.ends_with(' ')) text.pop_back();
}

core::Unexpected interrupted() {
    return core::unexpected(core::ErrorCode::interrupted, "interrupted");
}

}  // namespace

Finder::Finder(Session& session)
    : session_(session), style_(session.out().colour() ? Style::coloured : Style::plain) {
    state_.vault = session.options().vault_name;
}

Result<void> Finder::run() {
    SPAREKEY_CHECK(search_anew());
    HeldWarnings warnings(session_.out());
    Screen screen;
    for (;;) {
        session_.step_aside();
        tell_too(warnings.take_news());
        size_ = screen.size();
        scroll();
        if (!screen.show(frame(state_, size_, style_))) return interrupted();
        const Event event = screen.wait(patience_ms(), session_.agent_descriptor());
        SPAREKEY_TRY(const Next next, take(event, screen));
        if (next == Next::leaves) return {};
    }
}

Result<Finder::Next> Finder::take(const Event& event, Screen& screen) {
    switch (event.kind) {
        case Event::Kind::keys:
            keys_.add(event.bytes);
            return press_all(false);
        case Event::Kind::late:
            tell_code();
            return press_all(true);
        case Event::Kind::stopped:
            hide();
            screen.stand_still();
            return Next::goes_on;
        case Event::Kind::resumed:
            screen.take_again();
            return Next::goes_on;
        case Event::Kind::resized:
            return Next::goes_on;
        case Event::Kind::closed:
            // What is on the screen goes with the key.
            return core::unexpected(core::ErrorCode::locked, "the vault was locked",
                                    "sparekey unlock opens it again");
        case Event::Kind::ended:
            break;
    }
    return interrupted();
}

/// All that was typed is done before one search and one frame.
Result<Finder::Next> Finder::press_all(bool is_all) {
    while (const auto pressed = keys_.next(is_all)) {
        SPAREKEY_TRY(const Next next, press(*pressed));
        if (next == Next::leaves) return next;
    }
    if (changed_) SPAREKEY_CHECK(search_anew());
    return Next::goes_on;
}

Result<Finder::Next> Finder::press(const KeyPress& pressed) {
    const auto page =
        static_cast<std::ptrdiff_t>(std::max<std::size_t>(list_rows(state_, size_), 1));
    // What follows is about what is seen, so that it has to be what was typed.
    const bool edits = pressed.key == Key::text || pressed.key == Key::erase ||
                       pressed.key == Key::erase_word || pressed.key == Key::erase_all;
    if (!edits && changed_) SPAREKEY_CHECK(search_anew());
    switch (pressed.key) {
        case Key::text:
            if (state_.query.size() < kLongestQuery) state_.query += pressed.text;
            changed_ = true;
            break;
        case Key::erase:
            erase_character(state_.query);
            changed_ = true;
            break;
        case Key::erase_word:
            erase_word(state_.query);
            changed_ = true;
            break;
        case Key::erase_all:
            state_.query.clear();
            changed_ = true;
            break;
        case Key::escape:
            return Next::leaves;
        case Key::up:
            SPAREKEY_CHECK(move(-1));
            break;
        case Key::down:
            SPAREKEY_CHECK(move(1));
            break;
        case Key::page_up:
            SPAREKEY_CHECK(move(-page));
            break;
        case Key::page_down:
            SPAREKEY_CHECK(move(page));
            break;
        case Key::home:
            SPAREKEY_CHECK(move(-static_cast<std::ptrdiff_t>(state_.rows.size())));
            break;
        case Key::end:
            SPAREKEY_CHECK(move(static_cast<std::ptrdiff_t>(state_.rows.size())));
            break;
        case Key::enter:
            SPAREKEY_CHECK(copy_field("password"));
            break;
        case Key::login:
            SPAREKEY_CHECK(copy_field("username"));
            break;
        case Key::code:
            SPAREKEY_CHECK(show_code());
            break;
        case Key::details:
            SPAREKEY_CHECK(toggle_details());
            break;
    }
    return Next::goes_on;
}

Result<void> Finder::search() {
    core::Filter filter;
    filter.query = state_.query;
    filter.limit = limit_;
    SPAREKEY_TRY(VaultAccess* const access, session_.access());
    SPAREKEY_TRY(state_.rows, access->find(filter));
    state_.has_more = state_.rows.size() == limit_;
    state_.selected = std::min(state_.selected, state_.rows.size() - (state_.rows.empty() ? 0 : 1));
    return {};
}

Result<void> Finder::search_anew() {
    hide();
    changed_ = false;
    limit_ = kFirstRows;
    state_.selected = 0;
    state_.top = 0;
    const auto found = search();
    return found ? found : told_or_ended(found.error());
}

Result<void> Finder::move(std::ptrdiff_t by) {
    hide();
    if (state_.rows.empty()) return {};
    const auto last = static_cast<std::ptrdiff_t>(state_.rows.size()) - 1;
    const auto wanted = static_cast<std::ptrdiff_t>(state_.selected) + by;
    state_.selected = static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(wanted, 0, last));
    // Four times as many each time: who goes through all of them asks often, but not for long.
    const std::size_t soon = state_.selected + 2 * size_.rows;
    if (state_.has_more && soon >= state_.rows.size()) {
        limit_ *= 4;
        const auto found = search();
        return found ? found : told_or_ended(found.error());
    }
    return {};
}

void Finder::scroll() {
    const std::size_t fit = std::max<std::size_t>(list_rows(state_, size_), 1);
    if (state_.selected < state_.top) state_.top = state_.selected;
    if (state_.selected >= state_.top + fit) state_.top = state_.selected - fit + 1;
}

Result<void> Finder::toggle_details() {
    const auto id = selected();
    const bool shown = !state_.details.empty();
    hide();
    if (shown || !id) return {};
    const auto access = session_.access();
    if (!access) return told_or_ended(access.error());
    const auto item = (*access)->item(*id, core::Values::plain);
    if (!item) return told_or_ended(item.error());
    state_.details = detail_lines(*item);
    return {};
}

Result<void> Finder::copy_field(const std::string& field) {
    const auto id = selected();
    if (!id) return {};
    code_.reset();
    const auto access = session_.access();
    if (!access) return told_or_ended(access.error());
    const auto value = (*access)->field(*id, field, Use::copy);
    if (!value) return told_or_ended(value.error());
    const auto copied = copy(session_, *value);
    if (!copied) return told_or_ended(copied.error());
    tell((field == "username" ? "user name " : "password ") + *copied);
    return {};
}

Result<void> Finder::show_code() {
    const auto id = selected();
    if (!id) return {};
    code_.reset();
    const auto access = session_.access();
    if (!access) return told_or_ended(access.error());
    auto code = (*access)->one_time_code(*id, Use::reveal);
    if (!code) return told_or_ended(code.error());
    // Shown whether it can be copied or not.
    [[maybe_unused]] const auto copied = copy(session_, code->code);
    const auto left =
        code->period == 0 ? std::chrono::hours(24 * 365) : std::chrono::seconds(code->remaining);
    code_ = ShownCode{std::move(code->code), Clock::now() + left};
    tell_code();
    return {};
}

/// Moving on hides what was revealed.
void Finder::hide() {
    state_.details.clear();
    state_.message = {};
    code_.reset();
}

void Finder::tell(std::string_view text) {
    state_.message = core::SecretText::copy_of(text);
}

void Finder::tell_too(std::string_view text) {
    if (text.empty()) return;
    core::SecretBuilder both;
    both.append(state_.message.expose());
    if (!state_.message.empty()) both.append("; ");
    both.append(text);
    state_.message = core::SecretText(std::move(both).take());
}

void Finder::tell_code() {
    if (!code_) return;
    const auto left = std::chrono::ceil<std::chrono::seconds>(code_->over - Clock::now());
    if (left.count() <= 0) {
        code_.reset();
        tell("the code is over; ^T shows the next one");
        return;
    }
    core::SecretBuilder text;
    text.append("code ");
    text.append(code_->text.expose());
    if (left < std::chrono::hours(24)) text.append("  " + std::to_string(left.count()) + " s left");
    state_.message = core::SecretText(std::move(text).take());
}

Result<void> Finder::told_or_ended(const core::Error& error) {
    const bool ends = error.code == core::ErrorCode::locked ||
                      error.code == core::ErrorCode::integrity ||
                      error.code == core::ErrorCode::interrupted || session_.agent_is_gone();
    if (ends) return core::unexpected(error);
    tell(error.message);
    return {};
}

std::optional<core::RecordId> Finder::selected() const {
    if (state_.selected >= state_.rows.size()) return std::nullopt;
    return state_.rows[state_.selected].id;
}

int Finder::patience_ms() const {
    if (keys_.is_waiting()) return kEscapePatienceMs;
    if (!code_) return -1;
    // To the next full second that is shown.
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(code_->over - Clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count() % 1000, 0, 999)) + 1;
}

}  // namespace sparekey::cli::finder

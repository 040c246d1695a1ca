// The finder: `sparekey` alone on a terminal. Type to filter, pick, copy; Esc leaves.
//
// One loop over keys, signals and the seconds of a one-time code. A query goes to the vault's
// access each time that the text changes, for no more rows than are looked at. While a key is
// waited for, the vault is everybody's.
#pragma once

#include "cli/finder/keys.h"
#include "cli/finder/view.h"
#include "cli/session.h"

#include <chrono>

namespace sparekey::cli::finder {

class Finder {
  public:
    explicit Finder(Session& session);

    /// Until a person leaves it. ErrorCode::interrupted by a signal; other errors are those of the
    /// vault, told once the terminal is back.
    core::Result<void> run();

  private:
    using Clock = std::chrono::steady_clock;
    enum class Next { goes_on, leaves };
    struct ShownCode {
        core::SecretText text;
        Clock::time_point over;
    };

    core::Result<Next> take(const Event& event, Screen& screen);
    core::Result<Next> press_all(bool is_all);
    core::Result<Next> press(const KeyPress& pressed);
    core::Result<void> search();
    core::Result<void> search_anew();
    core::Result<void> move(std::ptrdiff_t by);
    void scroll();
    core::Result<void> toggle_details();
    core::Result<void> copy_field(const std::string& field);
    core::Result<void> show_code();
    void hide();
    void tell(std::string_view text);
    /// Behind what is told already.
    void tell_too(std::string_view text);
    void tell_code();
    /// Nothing to do is told, what ends the finder is passed on.
    core::Result<void> told_or_ended(const core::Error& error);
    std::optional<core::RecordId> selected() const;
    int patience_ms() const;

    Session& session_;
    Keys keys_;
    State state_;
    Size size_;
    Style style_;
    std::uint64_t limit_ = 0;
    bool changed_ = false;  // the query, since the last search
    std::optional<ShownCode> code_;
};

}  // namespace sparekey::cli::finder

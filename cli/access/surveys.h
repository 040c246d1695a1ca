// What is worked out over a whole vault in pieces, so that nobody waits long for an agent
// meanwhile: whoever asks comes back with the number that the first piece had.
#pragma once

#include "core/base/result.h"
#include "core/ports/random.h"

#include <algorithm>
#include <cstdint>
#include <list>
#include <utility>

namespace sparekey::cli {

/// Survey has next(), whose answer has `is_last` and takes a `survey`.
template <class Survey>
class Surveys {
  public:
    explicit Surveys(core::Random& random) : random_(random) {}

    /// The number of a new one, which takes the oldest's place if there are many.
    template <class... Parts>
    std::uint64_t begin(Parts&&... parts) {
        std::uint64_t number = 0;
        while (number == 0) {
            random_.fill({reinterpret_cast<std::uint8_t*>(&number), sizeof number});
        }
        if (numbered_.size() == kMost) numbered_.pop_front();
        numbered_.emplace_back(number, std::forward<Parts>(parts)...);
        return number;
    }

    /// The next piece; there is no other after the last, or an error. ErrorCode::conflict for one
    /// that is not known any more.
    auto next(std::uint64_t number) -> decltype(std::declval<Survey&>().next()) {
        const auto found = std::find_if(numbered_.begin(), numbered_.end(),
                                        [&](const Numbered& one) { return one.number == number; });
        if (found == numbered_.end()) {
            return core::unexpected(core::ErrorCode::conflict, "the survey is not known any more");
        }
        auto piece = found->survey.next();
        if (piece) piece->survey = number;
        if (!piece || piece->is_last) numbered_.erase(found);
        return piece;
    }

  private:
    static constexpr std::size_t kMost = 8;  // at once

    struct Numbered {
        template <class... Parts>
        explicit Numbered(std::uint64_t given, Parts&&... parts)
            : number(given), survey(std::forward<Parts>(parts)...) {}
        std::uint64_t number;
        Survey survey;
    };

    core::Random& random_;
    std::list<Numbered> numbered_;  // newest last
};

}  // namespace sparekey::cli

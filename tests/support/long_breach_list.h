// A list of breached passwords of 44 GB that is never written down: a thousand million lines whose
// bytes are worked out when they are read, with one line of the test's own.
#pragma once

#include "core/base/bytes.h"

#include <algorithm>
#include <cstdio>
#include <string>

namespace sparekey::tests {

class LongBreachList {
  public:
    static constexpr std::uint64_t kLines = 1'000'000'000;
    static constexpr std::uint64_t kLine = 44;  // bytes: 40 digits, ":1", CR LF
    static constexpr std::uint64_t kStep = ~std::uint64_t{0} / kLines;

    /// With `hash`, 40 upper-case digits, in its place.
    explicit LongBreachList(std::string hash)
        : hash_(std::move(hash)), place_(std::stoull(hash_.substr(0, 16), nullptr, 16) / kStep) {}

    std::uint64_t size() const { return kLines * kLine; }
    std::uint64_t place() const { return place_; }
    std::string line(std::uint64_t index) const {
        if (index == place_) return hash_ + ":1\r\n";
        char head[17];
        std::snprintf(head, sizeof head, "%016llX", static_cast<unsigned long long>(index * kStep));
        return std::string(head) + std::string(24, '0') + ":1\r\n";
    }
    std::size_t read(std::uint64_t offset, core::MutableBytes into) const {
        std::size_t done = 0;
        while (done < into.size() && offset + done < size()) {
            const std::uint64_t at = offset + done;
            const std::string text = line(at / kLine).substr(at % kLine);
            const std::size_t part = std::min(text.size(), into.size() - done);
            std::copy_n(text.begin(), part, into.begin() + static_cast<std::ptrdiff_t>(done));
            done += part;
        }
        return done;
    }

  private:
    std::string hash_;
    std::uint64_t place_;
};

}  // namespace sparekey::tests

#include "core/vault/kit_share.h"

#include "core/base/mutant.h"
#include "core/crypto/hash.h"
#include "core/vault/paper_code.h"
#include "core/vault/paper_shapes.h"

#include <algorithm>
#include <optional>

namespace sparekey::core {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kCodeSize = 20;
constexpr std::size_t kCheckSize = 3;
constexpr std::size_t kSharedSize = kCodeSize + 2 + kCheckSize;
constexpr std::size_t kHeadSize = 5;  // set, threshold, number
static_assert(kKitShareShape.size == 1 + (kHeadSize + kSharedSize) * 8 / 5);
constexpr std::uint16_t kLargestHint = 1023;  // ten bits
constexpr std::string_view kLabel = "sparekey/v1/kit-share";

/// What tells a code that came out right from any other bytes.
Hash check_of(const KitShare& share, ByteView code_and_hint) {
    return sha256({bytes_of(kLabel), share.set, {&share.threshold, 1}, code_and_hint});
}

Unexpected malformed(const std::string& what) {
    return unexpected(ErrorCode::usage, "this is not a share of a recovery code: " + what,
                      "it has eleven groups of five letters and digits after KS");
}

Unexpected does_not_fit(std::string what, std::string hint) {
    return unexpected(ErrorCode::locked, std::move(what), std::move(hint));
}

struct Combined {
    std::uint16_t hint = 0;
    SecretBytes code;
};

/// Nothing if the check says that they are not shares of one secret.
std::optional<Combined> combined(const std::vector<const KitShare*>& shares) {
    std::vector<const ShamirShare*> parts;
    for (const KitShare* const share : shares) parts.push_back(&share->share);
    const SecretBytes shared = shamir_combine(parts);
    const ByteView all = shared.expose();
    const Hash check = check_of(*shares.front(), all.first(kCodeSize + 2));
    if (!SPAREKEY_LEFT_OUT("kit-share-check") &&
        !equal_constant_time(all.last(kCheckSize), ByteView(check).first(kCheckSize))) {
        return std::nullopt;
    }
    const auto hint = static_cast<std::uint16_t>((all[kCodeSize] << 8) | all[kCodeSize + 1]);
    // Whoever makes up shares can make the check come out right, too.
    if (hint > kLargestHint) return std::nullopt;
    return Combined{hint, SecretBytes::copy_of(all.first(kCodeSize))};
}

}  // namespace

Result<void> check_split(std::uint8_t threshold, std::uint8_t count) {
    if (threshold < 2) {
        return unexpected(ErrorCode::usage, "a threshold of one would make each share the code",
                          "at least two people should have to come together");
    }
    if (threshold > count) {
        return unexpected(ErrorCode::usage, "the threshold is larger than the number of shares",
                          "all shares together would not be enough");
    }
    return {};
}

std::vector<KitShare> split_recovery_code(std::uint16_t vault_hint, ByteView code,
                                          std::uint8_t threshold, std::uint8_t count,
                                          Random& random) {
    KitShare share;
    random.fill(share.set);
    share.threshold = threshold;
    SecretBytes shared(kSharedSize);
    const MutableBytes all = shared.expose_mutable();
    std::copy(code.begin(), code.end(), all.begin());
    all[kCodeSize] = static_cast<std::uint8_t>(vault_hint >> 8);
    all[kCodeSize + 1] = static_cast<std::uint8_t>(vault_hint & 255);
    const Hash check = check_of(share, shared.expose().first(kCodeSize + 2));
    std::copy_n(check.begin(), kCheckSize, all.last(kCheckSize).begin());
    std::vector<KitShare> shares;
    for (ShamirShare& part : shamir_split(shared.expose(), threshold, count)) {
        shares.push_back({share.set, threshold, std::move(part)});
    }
    return shares;
}

SecretText kit_share_text(const KitShare& share) {
    SecretBuilder bytes;
    bytes.append(ByteView(share.set));
    bytes.append(ByteView(&share.threshold, 1));
    bytes.append(ByteView(&share.share.number, 1));
    bytes.append(share.share.value.expose());
    const SecretBytes spread = to_symbols(bytes.expose());
    SecretBuilder symbols;
    symbols.append(ByteView(&kVersion, 1));
    symbols.append(spread.expose());
    return write_code(kKitShareShape, symbols.expose());
}

Result<KitShare> parse_kit_share(std::string_view text) {
    if (looks_like(kSecretKeyShape, text)) return malformed("it is a Secret Key");
    if (looks_like(kRecoveryCodeShape, text)) return malformed("it is a whole recovery code");
    auto symbols = read_code(kKitShareShape, text);
    if (!symbols) return malformed(symbols.error().message);
    if (symbols->expose()[0] != kVersion) return malformed("it is of a newer version of Sparekey");
    const std::optional<SecretBytes> bytes = from_symbols(symbols->expose().subspan(1));
    const ByteView all = bytes->expose();  // 240 bits leave no bit over
    KitShare share;
    std::copy_n(all.begin(), share.set.size(), share.set.begin());
    share.threshold = all[3];
    share.share = {all[4], SecretBytes::copy_of(all.subspan(kHeadSize))};
    if (share.threshold < 2 || share.share.number == 0) return malformed("its numbers cannot be");
    return share;
}

std::string kit_set_name(const KitShare& share) {
    return to_hex(share.set);
}

Result<void> KitShares::add(KitShare share, std::string name) {
    for (const Named& known : shares_) {
        if (!SPAREKEY_LEFT_OUT("kit-share-set") &&
            (share.set != known.share.set || share.threshold != known.share.threshold)) {
            return does_not_fit(name + " is of another set, " + kit_set_name(share) + ", and " +
                                    known.name + " of " + kit_set_name(known.share),
                                "the paper says which set a share is of");
        }
        if (share.share.number == known.share.share.number) {
            return does_not_fit(name + " is share " + std::to_string(share.share.number) +
                                    " again, like " + known.name,
                                "it takes different ones");
        }
    }
    shares_.push_back({std::move(share), std::move(name)});
    return {};
}

std::size_t KitShares::missing() const {
    if (shares_.empty()) return SIZE_MAX;
    const std::size_t threshold = shares_.front().share.threshold;
    return threshold > shares_.size() ? threshold - shares_.size() : 0;
}

Unexpected KitShares::too_few() const {
    if (shares_.empty()) return does_not_fit("there are no shares", "they begin with KS");
    const std::string there = std::to_string(shares_.size());
    const std::string wanted = std::to_string(shares_.front().share.threshold);
    return does_not_fit("too few shares: " + there + " of " + wanted +
                            (shares_.size() == 1 ? " is there" : " are there"),
                        "fewer say nothing at all");
}

/// One share more than it takes, in the place of another, shows which one is wrong: where the first
/// ones fit, an extra one that does not; else the one without which they do.
const KitShares::Named* KitShares::wrong_one(bool first_ones_fit) const {
    const std::size_t threshold = shares_.front().share.threshold;
    for (std::size_t extra = threshold; extra < shares_.size(); ++extra) {
        for (std::size_t i = 0; i < (first_ones_fit ? 1 : threshold); ++i) {
            std::vector<const KitShare*> others = first_ones();
            others[i] = &shares_[extra].share;
            if (combined(others).has_value() == first_ones_fit) continue;
            return first_ones_fit ? &shares_[extra] : &shares_[i];
        }
    }
    return nullptr;
}

std::vector<const KitShare*> KitShares::first_ones() const {
    std::vector<const KitShare*> first;
    while (first.size() < shares_.front().share.threshold) {
        first.push_back(&shares_[first.size()].share);
    }
    return first;
}

Result<SecretText> KitShares::combine() const {
    if (missing() > 0) return too_few();
    const std::optional<Combined> code = combined(first_ones());
    if (const Named* const wrong = wrong_one(code.has_value())) {
        return does_not_fit(wrong->name + ", share " + std::to_string(wrong->share.share.number) +
                                ", does not belong to the others",
                            "leave it out");
    }
    if (!code) {
        return does_not_fit("these shares do not fit together: at least one is not what was split",
                            "add one share more, and the wrong one is named");
    }
    return paper_code(PaperKind::recovery_code, code->hint, code->code.expose());
}

}  // namespace sparekey::core

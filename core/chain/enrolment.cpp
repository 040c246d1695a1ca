#include "core/chain/enrolment.h"

#include "core/base/mutant.h"
#include "core/codec/archive.h"

#include <algorithm>

namespace sparekey::core {
namespace {

constexpr std::string_view kEnrolmentLabel = "sparekey/v1/open-enrolment";

}  // namespace

Bytes encode(const Enrolment& enrolment) {
    codec::Writer archive;
    put(archive, enrolment.vault.bytes);
    codec::put_bytes(archive, bytes_of(enrolment.origin));
    put(archive, enrolment.signing);
    put(archive, enrolment.box);
    put(archive, enrolment.nonce);
    return codec::plain(std::move(archive));
}

Signature sign_opening(SeedView opener_seed, const Enrolment& enrolment) {
    return sign(opener_seed, kEnrolmentLabel, encode(enrolment));
}

Result<SlotKind> check_opening(const Roster& roster, const Enrolment& enrolment,
                               const SigningPublicKey& opener, const Signature& signature) {
    const auto listed =
        std::find_if(roster.openers.begin(), roster.openers.end(),
                     [&](const RosterOpener& known) { return known.key == opener; });
    const bool is_signed = SPAREKEY_LEFT_OUT("opening-signature") ||
                           verify(opener, kEnrolmentLabel, encode(enrolment), signature);
    if (listed == roster.openers.end() || !is_signed) {
        return unexpected(ErrorCode::refused, "this does not open the account");
    }
    return listed->kind;
}

}  // namespace sparekey::core

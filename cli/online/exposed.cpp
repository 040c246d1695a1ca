#include "cli/online/exposed.h"

namespace sparekey::cli::online {
namespace {

using core::ErrorCode;
using core::ExposureStage;
using core::Result;
using core::ShownExposure;
using core::unexpected;

constexpr const char* kGivenUp =
    "the removal and the new keys that this device had begun did not come to pass: another device "
    "changed the account first";
constexpr const char* kAgain = "sparekey devices revoke ID --rotate, again";

}  // namespace

Result<std::optional<ShownExposure>> untold_exposure(sync::Replica& replica) {
    SPAREKEY_TRY(auto exposure, replica.exposure());
    const bool is_untold =
        exposure && !exposure->told && exposure->stage != ExposureStage::unfinished;
    return is_untold ? std::move(exposure) : std::nullopt;
}

void add_exposed(JsonWriter& json, const std::vector<core::ExposedItem>& items) {
    json.key("exposed").begin_array();
    for (const core::ExposedItem& item : items) {
        json.begin_object().field("id", item.id.text()).field("title", item.title).end_object();
    }
    json.end_array();
}

void print_exposed(Session& session, const std::vector<core::ExposedItem>& items) {
    if (items.empty()) return;
    session.out().note("change these first; the removed device could read them:");
    for (const core::ExposedItem& item : items) {
        session.out().line(item.title.empty() ? item.id.text() : item.title);
    }
}

void tell_exposure(Session& session, const ShownExposure& exposure) {
    if (exposure.stage == ExposureStage::given_up) {
        session.out().warn(std::string(kGivenUp) + "; " + kAgain);
        return;
    }
    session.out().note(
        "the old kit and its shares are dead: destroy them; sparekey kit prints the new one");
    if (!session.out().json()) print_exposed(session, exposure.items);
}

Result<void> exposed(Session& session) {
    SessionReplica vault(session);
    SPAREKEY_TRY(const auto exposure, vault.exposure());
    if (!exposure) {
        return unexpected(ErrorCode::not_found,
                          "this device has removed none with new keys for the others",
                          "sparekey devices revoke ID --rotate");
    }
    if (exposure->stage == ExposureStage::given_up) {
        return unexpected(ErrorCode::conflict, kGivenUp, kAgain);
    }
    const bool is_done = exposure->stage == ExposureStage::done;
    if (!is_done) {
        session.out().note("it is not at its end yet: sparekey sync goes on with it");
    }
    if (session.out().json()) {
        JsonWriter json;
        json.begin_object().field_bool("done", is_done);
        add_exposed(json, exposure->items);
        json.end_object();
        session.out().raw(json.expose());
        session.out().raw("\n");
    } else {
        print_exposed(session, exposure->items);
    }
    if (is_done && !exposure->told) return vault.exposure_told();
    return {};
}

}  // namespace sparekey::cli::online

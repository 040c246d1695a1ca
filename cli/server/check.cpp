#include "cli/server/commands.h"
#include "sync/server/service/service.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace sparekey::cli::server {
namespace {

boost::json::array json_of(const std::vector<sync::Complaint>& complaints) {
    boost::json::array list;
    for (const sync::Complaint& complaint : complaints) {
        boost::json::object one{{"line", complaint.line}, {"what", complaint.what}};
        if (!complaint.variable.empty()) one["variable"] = complaint.variable;
        list.push_back(std::move(one));
    }
    return list;
}

}  // namespace

core::Result<void> check(Session& session, const Given&) {
    SPAREKEY_TRY(sync::ConfigOutcome outcome, session.config_outcome());
    if (outcome.config) outcome.complaints = sync::check_config(*outcome.config);
    const std::string& path = session.options().config_path;
    std::vector<sync::Complaint> warnings;
    if (outcome.config) warnings = outcome.config->warnings;
    if (session.options().json) {
        session.out().raw(
            boost::json::serialize(boost::json::object{{"ok", outcome.complaints.empty()},
                                                       {"errors", json_of(outcome.complaints)},
                                                       {"warnings", json_of(warnings)}}) +
            "\n");
    } else {
        for (const sync::Complaint& warning : warnings) {
            session.out().warn(complaint_text(path, {warning}));
        }
    }
    if (!outcome.complaints.empty()) {
        return core::unexpected(core::ErrorCode::usage, complaint_text(path, outcome.complaints));
    }
    if (!session.options().json) session.out().line(path + ": nothing is wrong with it");
    return {};
}

}  // namespace sparekey::cli::server

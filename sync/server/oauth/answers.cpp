#include "sync/server/oauth/answers.h"

#include <boost/json/serialize.hpp>

namespace sparekey::sync {

Response oauth_answer(const boost::json::value& body) {
    Response response;
    response.content_type = "application/json";
    response.headers = {{"cache-control", "no-store"}, {"pragma", "no-cache"}};
    response.body = boost::json::serialize(body);
    return response;
}

Response enrolment_answer(Services& services, const EnrolmentState& enrolment) {
    return oauth_answer({{"access_token", issue_enrolment(services, enrolment)},
                         {"token_type", "Bearer"},
                         {"expires_in", kEnrolmentMs / 1000},
                         {"scope", "enrolment"}});
}

}  // namespace sparekey::sync

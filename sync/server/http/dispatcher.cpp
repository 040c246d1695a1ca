#include "sync/server/http/dispatcher.h"

#include "core/base/mutant.h"
#include "sync/server/http/problem.h"

#include <algorithm>

namespace sparekey::sync {
namespace {

std::string allow(const std::vector<Method>& methods) {
    std::string text;
    for (const Method method : methods) {
        text.append(text.empty() ? "" : ", ").append(method_name(method));
    }
    return text;
}

bool is_failed_attempt(const RouteFacts& facts, const Response& response) {
    if (response.attempt != Attempt::by_status) return response.attempt == Attempt::failed;
    const bool tries = facts.rate == Rate::attempt || facts.rate == Rate::deferred;
    return tries && (response.status == 401 || response.status == 403);
}

std::string proof_of(const RouteFacts& facts, const Request& request) {
    return facts.proof ? facts.proof(request) : std::string();
}

LogLevel level_of(unsigned status) {
    if (status >= 500) return LogLevel::error;
    return status >= 400 ? LogLevel::info : LogLevel::debug;
}

}  // namespace

Dispatcher::Dispatcher(const Site& site, Limiter& limiter, Metrics& metrics, Log& log)
    : site_(site), limiter_(limiter), metrics_(metrics), log_(log) {
    for (const auto& route : site_.router.table()) {
        counted_.push_back(
            counted(std::string(method_name(route.facts.method)), route.facts.pattern));
    }
    unrouted_ = counted("", "");
}

Dispatcher::Counted Dispatcher::counted(const std::string& method,
                                        const std::string& pattern) const {
    Counted made;
    for (std::size_t i = 0; i < made.by_status.size(); ++i) {
        const std::string status = std::to_string(i) + "xx";
        made.by_status[i] = &metrics_.counter(
            "sparekey_http_requests_total", "Requests answered, by route and status.",
            {{"method", method}, {"route", pattern}, {"status", status}});
    }
    made.seconds =
        &metrics_.histogram("sparekey_http_request_seconds", "From the whole head to the answer.",
                            {{"method", method}, {"route", pattern}});
    return made;
}

Response Dispatcher::in_words_of(const Request& request, const Trouble& trouble) const {
    return site_.words ? site_.words(request.path, trouble)
                       : sync::in_words_of(request.path, trouble);
}

Response Dispatcher::not_found(const Request& request, const std::vector<Method>& allowed) const {
    if (allowed.empty()) {
        return in_words_of(request, {404, "not_found", "there is nothing at this path"});
    }
    Response response =
        in_words_of(request, {405, "method_not_allowed", "the path is known by other methods"});
    response.headers.push_back({"allow", allow(allowed)});
    return response;
}

std::variant<Dispatcher::Admitted, Response> Dispatcher::admit(const Request& request,
                                                               std::uint64_t body_bytes) {
    std::vector<Method> allowed;
    auto found = site_.router.find(request.method, request.path, &allowed);
    const Rate rate = found.route != nullptr ? found.route->facts.rate : Rate::ordinary;
    const std::string proof =
        found.route != nullptr ? proof_of(found.route->facts, request) : std::string();
    if (const unsigned seconds = limiter_.admit(request.address, rate, proof); seconds > 0) {
        return in_words_of(request, too_many(seconds));
    }
    if (found.route == nullptr) return not_found(request, allowed);
    if (body_bytes > found.route->facts.most_body && !SPAREKEY_LEFT_OUT("body-limit")) {
        return in_words_of(request, {413, "too_large", "the body is larger than this route takes"});
    }
    const auto index = static_cast<std::size_t>(found.route - site_.router.table().data());
    return Admitted{found.route, std::move(found.values), index};
}

Response Dispatcher::answer(const Admitted& admitted, const Request& request) const {
    try {
        return admitted.route->answer(request, admitted.values);
    } catch (const core::SystemFailure& thrown) {
        return failure(request, thrown);
    } catch (const std::exception& thrown) {
        return failure(request, core::SystemFailure(thrown.what()));
    }
}

Response Dispatcher::failure(const Request& request, const core::SystemFailure& thrown) const {
    log_.write(LogLevel::error, "handler failed", {{"id", request.id}, {"reason", thrown.what()}});
    if (site_.failure) return in_words_of(request, site_.failure(thrown));
    return in_words_of(request,
                       {500, "internal", "the server failed; its log has this request's id"});
}

Response Dispatcher::busy(const Request& request) const {
    return in_words_of(request, {503, "busy", "the server is busy; try again", 1});
}

void Dispatcher::count_attempt(const RouteFacts& facts, const Request& request,
                               const Response& response) {
    if (is_failed_attempt(facts, response)) {
        limiter_.failed(request.address, response.attempt_key);
    } else if (!response.attempt_key.empty() && response.status < 400) {
        limiter_.succeeded(response.attempt_key);
    }
    const std::string proof = proof_of(facts, request);
    if (proof.empty()) return;
    if (response.status < 400) limiter_.prove(proof);
    if (response.status == 401) limiter_.disprove(proof);
}

void Dispatcher::settle(const Admitted* admitted, const Request& request, const Response& response,
                        std::chrono::nanoseconds took) {
    const RouteFacts* facts = admitted != nullptr ? &admitted->route->facts : nullptr;
    if (facts != nullptr) count_attempt(*facts, request, response);
    const Counted& counted = admitted != nullptr ? counted_[admitted->index] : unrouted_;
    counted.by_status[std::min<std::size_t>(response.status / 100, 5)]->add();
    counted.seconds->observe(std::chrono::duration<double>(took).count());
    log_line(facts, request, response, took);
}

/// The pattern, not the path, where there is one; never the query, which may hold a code.
void Dispatcher::log_line(const RouteFacts* facts, const Request& request, const Response& response,
                          std::chrono::nanoseconds took) const {
    const LogLevel level = level_of(response.status);
    if (!log_.wants(level)) return;
    log_.write(level, "request",
               {{"id", request.id},
                {"address", request.address},
                {"method", method_name(request.method)},
                {"path", facts != nullptr ? facts->pattern : request.path},
                {"status", response.status},
                {"microseconds", took.count() / 1000}});
}

}  // namespace sparekey::sync

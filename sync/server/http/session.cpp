#include "sync/server/http/session.h"

#include "core/base/mutant.h"
#include "sync/server/http/problem.h"
#include "sync/server/http/second_reader.h"

#include <algorithm>

namespace sparekey::sync {
namespace {

namespace asio = boost::asio;
using asio::awaitable;

constexpr std::size_t kReadBlock = 4096;                   // bytes
constexpr std::size_t kBodyBlock = std::size_t{64} << 10;  // memory follows what came
constexpr std::size_t kWriteBlock = std::size_t{64} << 10;
constexpr Refusal kDisagree = {400, "ambiguous", "the head can be read in two ways"};

std::chrono::nanoseconds since(SteadyTime began) {
    return std::chrono::steady_clock::now() - began;
}

class Session {
  public:
    Session(std::shared_ptr<Connected> connected, const Site& site, Dispatcher& dispatcher,
            Shared& shared)
        : connected_(std::move(connected)),
          site_(site),
          dispatcher_(dispatcher),
          shared_(shared),
          deadlines_(shared.settings.deadlines) {}

    awaitable<void> run();

  private:
    enum class Next { request, close, gone, parked };

    awaitable<Next> exchange();
    awaitable<Next> answer(Request request, const Head& head);
    awaitable<std::variant<std::size_t, Refusal>> read_head();
    awaitable<bool> read_more(std::string& into, std::size_t most);
    awaitable<bool> read_body(std::string& body, std::size_t size);
    awaitable<Response> work(const Dispatcher::Admitted& admitted, const Request& request);
    awaitable<Next> send(const Request& request, Response response, Next after);
    awaitable<bool> write(std::string_view head, std::string_view body);
    awaitable<Next> refuse(Refusal refusal);
    Request request_of(const Head& head);
    Response room_for_stream(Response response) const;
    Next park(const Response& response, std::string head);

    std::shared_ptr<Connected> connected_;
    const Site& site_;
    Dispatcher& dispatcher_;
    Shared& shared_;
    const Deadlines& deadlines_;
    std::string buffer_;     // what came and was not used yet
    SteadyTime head_began_;  // the first byte of the head that is read
    bool first_ = true;
};

awaitable<void> Session::run() {
    connected_->must_end_in(deadlines_.head);
    const bool open = co_await connected_->stream().begin();
    Next next = open ? Next::request : Next::gone;
    while (next == Next::request) next = co_await exchange();
    if (next != Next::close) co_return;
    connected_->works();
    connected_->must_end_in(deadlines_.linger);
    co_await connected_->stream().finish();
}

/// 0 at the end of the connection.
awaitable<std::variant<std::size_t, Refusal>> Session::read_head() {
    connected_->rests();
    // The first head has to come as if its first byte had: nobody connects to say nothing.
    head_began_ = std::chrono::steady_clock::now();
    const bool began = first_ || !buffer_.empty();
    const auto patience = began ? deadlines_.head : deadlines_.idle;
    connected_->must_end_by(head_began_ + patience);
    if (SPAREKEY_LEFT_OUT("deadline-idle")) connected_->may_wait();
    first_ = false;
    for (bool counts = began;;) {
        auto found = find_head(buffer_);
        const auto* size = std::get_if<std::size_t>(&found);
        if (size == nullptr || *size > 0) co_return found;
        const bool more = co_await read_more(buffer_, kReadBlock);
        if (!more) co_return std::size_t{0};
        if (counts) continue;
        counts = true;
        head_began_ = std::chrono::steady_clock::now();
        connected_->must_end_by(head_began_ + deadlines_.head);
        if (SPAREKEY_LEFT_OUT("deadline-head")) connected_->may_wait();
    }
}

awaitable<bool> Session::read_more(std::string& into, std::size_t most) {
    const std::size_t had = into.size();
    into.resize(had + most);
    const auto space = asio::buffer(into.data() + had, most);
    const auto [failure, got] = co_await connected_->stream().read_some(space);
    into.resize(had + got);
    co_return !failure && got > 0;
}

awaitable<Session::Next> Session::exchange() {
    const auto found = co_await read_head();
    if (const auto* refusal = std::get_if<Refusal>(&found)) co_return co_await refuse(*refusal);
    const std::size_t size = std::get<std::size_t>(found);
    if (size == 0) co_return Next::gone;
    connected_->works();
    const std::string bytes = buffer_.substr(0, size);
    buffer_.erase(0, size);
    auto verdict = examine_head(bytes, site_.gate);
    if (const auto* refusal = std::get_if<Refusal>(&verdict)) co_return co_await refuse(*refusal);
    const Head head = std::get<Head>(std::move(verdict));
    if (!second_reader_agrees(bytes, head)) co_return co_await refuse(kDisagree);
    Request request = request_of(head);
    co_return co_await answer(std::move(request), head);
}

Request Session::request_of(const Head& head) {
    Request request;
    request.method = head.method;
    request.path = head.path;
    request.query = head.query;
    std::string forwarded;
    for (const auto& field : head.fields) {
        request.headers.push_back({lower_case(field.name), std::string(field.value)});
        if (request.headers.back().name != "x-forwarded-for") continue;
        forwarded.append(forwarded.empty() ? "" : ",").append(field.value);
    }
    request.address = client_address(connected_->peer(), forwarded,
                                     {site_.trusted_proxies, site_.trusts_unix_socket});
    request.id = shared_.ids.next();
    return request;
}

awaitable<Session::Next> Session::answer(Request request, const Head& head) {
    const Next after = head.keeps_open ? Next::request : Next::close;
    const SteadyTime began = std::chrono::steady_clock::now();
    auto admission = dispatcher_.admit(request, head.body_bytes);
    if (auto* refused = std::get_if<Response>(&admission)) {
        dispatcher_.settle(nullptr, request, *refused, since(began));
        // A body that nobody reads would be taken for the next head.
        const Next next = head.body_bytes > 0 ? Next::close : after;
        co_return co_await send(request, std::move(*refused), next);
    }
    const auto admitted = std::get<Dispatcher::Admitted>(std::move(admission));
    const bool whole = co_await read_body(request.body, head.body_bytes);
    if (!whole) co_return Next::gone;
    connected_->may_wait();
    Response response = co_await work(admitted, request);
    response = room_for_stream(std::move(response));
    dispatcher_.settle(&admitted, request, response, since(began));
    co_return co_await send(request, std::move(response), after);
}

/// At least `body_rate` bytes a second after the first few seconds, or the sweep ends it.
awaitable<bool> Session::read_body(std::string& body, std::size_t size) {
    const SteadyTime began = std::chrono::steady_clock::now();
    body = buffer_.substr(0, size);
    buffer_.erase(0, body.size());
    while (body.size() < size) {
        const std::chrono::seconds earned(body.size() / deadlines_.body_rate);
        connected_->must_end_by(began + deadlines_.body + earned);
        if (SPAREKEY_LEFT_OUT("deadline-body")) connected_->may_wait();
        const bool more = co_await read_more(body, std::min(size - body.size(), kBodyBlock));
        if (!more) co_return false;
    }
    co_return true;
}

awaitable<Response> Session::work(const Dispatcher::Admitted& admitted, const Request& request) {
    const Work kind = admitted.route->facts.work;
    if (kind == Work::quick) co_return dispatcher_.answer(admitted, request);
    std::function<Response()> job = [&] { return dispatcher_.answer(admitted, request); };
    WorkPool& pool = kind == Work::store ? shared_.store : shared_.outbound;
    auto response = co_await pool.run(std::move(job));
    if (!response) co_return dispatcher_.busy(request);
    co_return std::move(*response);
}

Response Session::room_for_stream(Response response) const {
    if (!response.events || (shared_.events.has_room() && !shared_.stopping)) return response;
    return problem_later(503, "streams", "too many streams of events are open", 30);
}

awaitable<bool> Session::write(std::string_view head, std::string_view body) {
    std::size_t at = 0;
    do {
        connected_->must_end_in(deadlines_.write);
        if (SPAREKEY_LEFT_OUT("deadline-write")) connected_->may_wait();
        const auto part = body.substr(at, kWriteBlock);
        const auto [failure, sent] = co_await connected_->stream().write(head, part);
        if (failure) co_return false;
        head = {};
        at += part.size();
    } while (at < body.size());
    co_return true;
}

awaitable<Session::Next> Session::send(const Request& request, Response response, Next after) {
    if (request.method == Method::head) response.events.reset();
    if (shared_.stopping || response.events) after = Next::close;
    const auto connection = after == Next::close ? Connection::closes : Connection::stays;
    const std::uint64_t now = shared_.clock.now_ms();
    auto head = response_head(response, request.id, now, connection, site_.headers);
    if (!head) {
        response = problem(500, "internal", "the server failed; its log has this request's id");
        head = response_head(response, request.id, now, connection, site_.headers);
    }
    if (response.events) co_return park(response, std::move(*head));
    const std::string_view body =
        request.method == Method::head ? std::string_view() : std::string_view(response.body);
    const bool sent = co_await write(*head, body);
    co_return sent ? after : Next::gone;
}

Session::Next Session::park(const Response& response, std::string head) {
    head += response.body;
    shared_.events.park(std::move(connected_), *response.events, std::move(head), head_began_);
    return Next::parked;
}

awaitable<Session::Next> Session::refuse(Refusal refusal) {
    shared_.metrics
        .counter("sparekey_http_refused_total", "Requests that the gate refused, by its reason.",
                 {{"reason", std::string(refusal.code)}})
        .add();
    connected_->works();
    Response response = problem(refusal.status, refusal.code, refusal.detail);
    Request nothing;
    nothing.id = shared_.ids.next();
    co_return co_await send(nothing, std::move(response), Next::close);
}

}  // namespace

RequestIds::RequestIds(core::Random& random)
    : prefix_(core::to_base32(random.bytes<10>()).substr(0, 13) + "-") {}

std::string RequestIds::next() {
    return prefix_ + std::to_string(++last_);
}

awaitable<void> serve(std::shared_ptr<Connected> connected, const Site& site,
                      Dispatcher& dispatcher, Shared& shared) {
    Session session(std::move(connected), site, dispatcher, shared);
    co_await session.run();
}

}  // namespace sparekey::sync

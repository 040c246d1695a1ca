#include "sync/http_client/curl_exchange.h"

#include "core/base/mutant.h"
#include "core/text/unicode.h"
#include "sync/http_client/address.h"
#include "sync/http_client/url.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace sparekey::sync {
namespace {

using core::ErrorCode;
using core::Result;
using core::unexpected;

constexpr std::size_t kLargestHeaders = 32 * 1024;
constexpr std::size_t kLongestReason = 200;  // bytes
// A connection that has died unseen, with the network that it was made on, is not waited for.
constexpr long kLongestUnused_s = 30;
constexpr unsigned kUnacknowledged_ms = 20'000;

struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, FreeList>;

void append(List& list, const char* text) {
    curl_slist* const longer = curl_slist_append(list.get(), text);
    if (longer == nullptr) throw core::SystemFailure("no memory for a request");
    (void)list.release();
    list.reset(longer);
}

/// What the callbacks fill.
struct Exchange {
    const FetchRequest& request;
    FetchResponse response;
    std::size_t header_bytes = 0;
    bool too_large = false;
    bool address_refused = false;
    bool is_enough = false;
    bool is_over = false;
};

bool allowed(AddressRule rule, const sockaddr& peer) {
    const auto address = address_of(peer);
    switch (rule) {
        case AddressRule::any:
            return address.has_value();
        case AddressRule::public_only:
            return address && is_public(*address);
        case AddressRule::loopback_only:
            return address && is_loopback(*address);
    }
    return false;
}

/// The last moment before a connection, when the address is the one that will be used.
curl_socket_t open_socket(void* data, curlsocktype, curl_sockaddr* to) {
    auto& exchange = *static_cast<Exchange*>(data);
    if (!SPAREKEY_LEFT_OUT("fetch-address") && !allowed(exchange.request.addresses, to->addr)) {
        exchange.address_refused = true;
        return CURL_SOCKET_BAD;
    }
    const int made = ::socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
    ::setsockopt(made, IPPROTO_TCP, TCP_USER_TIMEOUT, &kUnacknowledged_ms,
                 sizeof kUnacknowledged_ms);
    return made;
}

std::size_t take_body(char* data, std::size_t, std::size_t size, void* user) {
    auto& exchange = *static_cast<Exchange*>(user);
    std::string& body = exchange.response.body;
    if (!SPAREKEY_LEFT_OUT("fetch-size") &&
        size >
            exchange.request.largest_body - std::min(body.size(), exchange.request.largest_body)) {
        exchange.too_large = true;
        return CURL_WRITEFUNC_ERROR;
    }
    body.append(data, size);
    exchange.is_enough = exchange.request.is_enough && exchange.request.is_enough(body);
    return exchange.is_enough ? CURL_WRITEFUNC_ERROR : size;
}

/// libcurl calls it once a second at least, also while nothing comes.
int look_whether_over(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    auto& exchange = *static_cast<Exchange*>(user);
    exchange.is_over = exchange.request.is_over();
    return exchange.is_over ? 1 : 0;
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::size_t take_header(char* data, std::size_t, std::size_t size, void* user) {
    auto& exchange = *static_cast<Exchange*>(user);
    exchange.header_bytes += size;
    if (exchange.header_bytes > kLargestHeaders) {
        exchange.too_large = true;
        return 0;
    }
    const std::string_view line(data, size);
    if (line.starts_with("HTTP/")) exchange.response.headers.clear();  // after a 1xx
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return size;
    FetchHeader header{std::string(line.substr(0, colon)),
                       std::string(trimmed(line.substr(colon + 1)))};
    std::transform(header.name.begin(), header.name.end(), header.name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    exchange.response.headers.push_back(std::move(header));
    return size;
}

template <class T>
void set(const EasyHandle& easy, CURLoption option, T value) {
    if (curl_easy_setopt(easy.get(), option, value) != CURLE_OK) {
        throw core::SystemFailure("libcurl lacks an option");
    }
}

void set_rules(const EasyHandle& easy, const CurlSettings& settings) {
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    set(easy, CURLOPT_FOLLOWLOCATION, 0L);
    set(easy, CURLOPT_MAXAGE_CONN, kLongestUnused_s);
    set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(easy, CURLOPT_USERAGENT, settings.agent.c_str());
    if (settings.proxies == Proxies::none) set(easy, CURLOPT_PROXY, "");
    if (!settings.ca_file.empty()) {
        set(easy, CURLOPT_CAINFO, settings.ca_file.c_str());
        set(easy, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    }
    const bool verified = !SPAREKEY_LEFT_OUT("fetch-certificate");
    set(easy, CURLOPT_SSL_VERIFYPEER, verified ? 1L : 0L);
    set(easy, CURLOPT_SSL_VERIFYHOST, verified ? 2L : 0L);
}

void set_callbacks(const EasyHandle& easy, Exchange& exchange) {
    void* const data = &exchange;
    set(easy, CURLOPT_OPENSOCKETFUNCTION, &open_socket);
    set(easy, CURLOPT_OPENSOCKETDATA, data);
    set(easy, CURLOPT_WRITEFUNCTION, &take_body);
    set(easy, CURLOPT_WRITEDATA, data);
    set(easy, CURLOPT_HEADERFUNCTION, &take_header);
    set(easy, CURLOPT_HEADERDATA, data);
    if (!exchange.request.is_over) return;
    set(easy, CURLOPT_NOPROGRESS, 0L);
    set(easy, CURLOPT_XFERINFOFUNCTION, &look_whether_over);
    set(easy, CURLOPT_XFERINFODATA, data);
}

/// libcurl keeps copies of its own of the headers, and the authorization in them.
List header_list(const FetchRequest& request) {
    List list;
    for (const FetchHeader& header : request.headers) {
        append(list, (header.name + ": " + header.value).c_str());
    }
    if (!request.authorization.empty()) {
        core::SecretBuilder line;
        line.append("Authorization: ");
        line.append(request.authorization.expose());
        line.append('\0');
        append(list, core::text_of(line.expose()).data());
    }
    append(list, "Expect:");  // no waiting for 100 Continue
    return list;
}

void set_method(const EasyHandle& easy, const FetchRequest& request) {
    static constexpr const char* kNames[] = {"GET", "POST", "PUT", "DELETE"};
    if (request.method == FetchMethod::post || request.method == FetchMethod::put ||
        !request.body.empty()) {
        set(easy, CURLOPT_POSTFIELDS, request.body.expose().data());
        set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    }
    set(easy, CURLOPT_CUSTOMREQUEST, kNames[static_cast<std::size_t>(request.method)]);
}

/// Room for what libcurl says of a failure. Names and addresses in it may be the peer's words.
using Reason = std::array<char, CURL_ERROR_SIZE>;

std::string text_of(const Reason& reason) {
    return core::printable(std::string_view(reason.data()).substr(0, kLongestReason));
}

/// Of a certificate, without what precedes every reason.
std::string distrust(const Reason& reason) {
    constexpr std::string_view kPrefix = "SSL certificate problem: ";
    std::string text = text_of(reason);
    if (text.starts_with(kPrefix)) text.erase(0, kPrefix.size());
    return "its certificate is not one that this machine trusts" +
           (text.empty() ? std::string() : " (" + text + ")") +
           "; an authority of your own belongs into the system's store";
}

/// libcurl names whom it did not reach; where that is not the server, it is the proxy.
bool is_proxy(CURLcode code, const CurlSettings& settings, const Reason& reason, const Url& url) {
    if (settings.proxies == Proxies::none) return false;
    if (code == CURLE_COULDNT_RESOLVE_PROXY || code == CURLE_PROXY) return true;
    const std::string_view text(reason.data());
    // Since 8.13 with the code of a host that is not resolved.
    if (text.starts_with("Could not resolve proxy")) return true;
    if (code == CURLE_RECV_ERROR) return text.starts_with("CONNECT tunnel failed");
    return code == CURLE_COULDNT_CONNECT && text.starts_with("Failed to connect to ") &&
           !text.starts_with("Failed to connect to " + url.host + " port " +
                             std::to_string(url.port) + " ");
}

/// What went wrong; the caller knows whom it asked.
std::string words(CURLcode code, const CurlSettings& settings, const Reason& reason,
                  const Url& url) {
    if (code == CURLE_PEER_FAILED_VERIFICATION) return distrust(reason);
    if (is_proxy(code, settings, reason, url)) {
        return "by the proxy that the environment names: " + text_of(reason);
    }
    return curl_easy_strerror(code);
}

core::Unexpected failure(CURLcode code, const Exchange& exchange, const CurlSettings& settings,
                         const Reason& reason, const std::string& url) {
    const auto parsed = parse_url(url);
    const std::string peer = parsed ? parsed->origin() : "the server";
    if (exchange.address_refused) {
        return unexpected(ErrorCode::refused, peer + " has an address that is not to be reached");
    }
    if (exchange.too_large)
        return unexpected(ErrorCode::offline, peer + " answers at great length");
    if (!parsed) return unexpected(ErrorCode::offline, curl_easy_strerror(code));
    return unexpected(ErrorCode::offline, words(code, settings, reason, *parsed));
}

}  // namespace

void start_curl() {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (started != CURLE_OK) throw core::SystemFailure("libcurl does not start");
}

EasyHandle new_easy() {
    EasyHandle easy(curl_easy_init());
    if (!easy) throw core::SystemFailure("no memory for a connection");
    return easy;
}

Result<FetchResponse> perform(const EasyHandle& easy, const CurlSettings& settings,
                              const FetchRequest& request, const std::string& url,
                              std::chrono::milliseconds deadline) {
    Exchange exchange{request, {}};
    const List headers = header_list(request);
    List hosts;
    for (const std::string& host : settings.hosts) append(hosts, host.c_str());
    curl_easy_reset(easy.get());  // its connections stay
    set_rules(easy, settings);
    set_callbacks(easy, exchange);
    set_method(easy, request);
    Reason reason{};
    set(easy, CURLOPT_ERRORBUFFER, reason.data());
    set(easy, CURLOPT_URL, url.c_str());
    set(easy, CURLOPT_HTTPHEADER, headers.get());
    if (hosts) set(easy, CURLOPT_RESOLVE, hosts.get());
    set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(deadline.count()));
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(deadline.count()));
    const CURLcode code = curl_easy_perform(easy.get());
    long status = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
    curl_easy_reset(easy.get());  // nothing points to this call's memory any more
    const bool timed_out = request.is_enough && code == CURLE_OPERATION_TIMEDOUT;
    const bool waited = (timed_out || exchange.is_over) && status != 0;
    if (code != CURLE_OK && !exchange.is_enough && !waited) {
        return failure(code, exchange, settings, reason, url);
    }
    exchange.response.status = static_cast<unsigned>(status);
    return std::move(exchange.response);
}

}  // namespace sparekey::sync

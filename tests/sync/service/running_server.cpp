#include "tests/sync/service/running_server.h"

#include "tests/support/login_provider.h"
#include "tests/support/loopback_server.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <thread>

namespace sparekey::tests {

RunningServer::RunningServer(const std::string& store)
    : port_(free_port()), origin_("http://127.0.0.1:" + std::to_string(port_)) {
    write_text(home_.file("server.toml"), "listen = \"127.0.0.1:" + std::to_string(port_) +
                                              "\"\npublic_url = \"" + origin() + "\"\nstore = \"" +
                                              (store.empty() ? "sqlite:" + store_path() : store) +
                                              "\"\nsignup = \"invite\"\n");
}

RunningServer::~RunningServer() {
    if (process_ > 0) kill();
}

void RunningServer::configure(const std::string& lines) {
    const std::string path = home_.file("server.toml");
    write_text(path, read_text(path) + lines);
}

void RunningServer::set_sign_up(const std::string& policy) {
    const std::string path = home_.file("server.toml");
    std::string text = read_text(path);
    const std::string present = "signup = \"invite\"";
    write_text(path,
               text.replace(text.find(present), present.size(), "signup = \"" + policy + "\""));
}

void RunningServer::set_origin(const std::string& origin) {
    const std::string path = home_.file("server.toml");
    std::string text = read_text(path);
    write_text(path, text.replace(text.find(origin_ + "\"\nstore"), origin_.size(), origin));
    origin_ = origin;
}

void RunningServer::start() {
    process_ = ::fork();
    if (process_ == 0) {
        const int log = ::open(home_.file("log").c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
        ::dup2(log, STDERR_FILENO);
        home_.become({"serve", "--config", home_.file("server.toml")}, SPAREKEY_SERVER_PROGRAM);
    }
    for (int tries = 0; tries < 600; ++tries) {
        if (listens(port_)) return;
        if (::waitpid(process_, nullptr, WNOHANG) == process_) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    throw std::runtime_error("the server does not start: " + log());
}

int RunningServer::wait() {
    int status = 0;
    ::waitpid(process_, &status, 0);
    process_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int RunningServer::stop() {
    ::kill(process_, SIGTERM);
    return wait();
}

void RunningServer::kill() {
    ::kill(process_, SIGKILL);
    wait();
}

Outcome RunningServer::command(std::vector<std::string> words) const {
    words.insert(words.end(), {"--config", home_.file("server.toml")});
    return home_.run_program(SPAREKEY_SERVER_PROGRAM, words);
}

std::string RunningServer::invite() const {
    const Outcome outcome = command({"invite", "--json"});
    if (outcome.status != 0) throw std::runtime_error("no invitation: " + outcome.err);
    return json_text(outcome.out, "code");
}

core::Result<sync::FetchResponse> RunningServer::try_fetch(sync::FetchRequest request) const {
    request.addresses = sync::AddressRule::loopback_only;
    request.deadline = std::chrono::seconds(30);
    request.largest_body = std::size_t{1} << 20;
    return fetcher_.fetch(request);
}

sync::FetchResponse RunningServer::fetch(sync::FetchRequest request) const {
    auto response = try_fetch(std::move(request));
    if (!response) throw std::runtime_error(response.error().message + "; " + log());
    return std::move(*response);
}

sync::FetchResponse RunningServer::get(const std::string& path, const std::string& token) const {
    sync::FetchRequest request;
    request.url = origin() + path;
    if (!token.empty()) request.authorization = core::SecretText::copy_of("Bearer " + token);
    return fetch(std::move(request));
}

std::optional<sync::FetchResponse> RunningServer::try_post(const std::string& path,
                                                           const std::string& type,
                                                           std::string_view body,
                                                           const std::string& token) const {
    sync::FetchRequest request;
    request.method = sync::FetchMethod::post;
    request.url = origin() + path;
    request.headers = {{"Content-Type", type}};
    request.body = core::SecretText::copy_of(body);
    if (!token.empty()) request.authorization = core::SecretText::copy_of("Bearer " + token);
    auto response = try_fetch(std::move(request));
    return response ? std::optional(std::move(*response)) : std::nullopt;
}

sync::FetchResponse RunningServer::post_form(const std::string& path,
                                             const std::string& form) const {
    sync::FetchRequest request;
    request.method = sync::FetchMethod::post;
    request.url = origin() + path;
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = core::SecretText::copy_of(form);
    return fetch(std::move(request));
}

std::string provider_lines(const std::string& issuer) {
    return "[[provider]]\nid = \"corp\"\nname = \"Example Corp\"\ntype = \"oidc\"\nissuer = \"" +
           issuer + "\"\nclient_id = \"" + kProviderClient + "\"\nclient_secret = \"" +
           kProviderSecret + "\"\nscopes = [\"openid\", \"email\", \"profile\"]\n";
}

}  // namespace sparekey::tests

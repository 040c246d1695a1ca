#include "tests/sync/http/raw_client.h"

#include "sync/server/http/message.h"
#include "tests/support/program.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <cerrno>
#include <stdexcept>
#include <utility>

namespace sparekey::tests {
namespace {

sockaddr_in internet(const std::string& host, int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    ::inet_pton(AF_INET, host.c_str(), &address.sin_addr);
    return address;
}

template <class Kind>
bool connect_to(int socket, const Kind& address) {
    return ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

bool connect_internet(int socket, const std::string& where, const std::string& source) {
    const std::size_t colon = where.rfind(':');
    if (!source.empty()) {
        const auto from = internet(source, 0);
        ::bind(socket, reinterpret_cast<const sockaddr*>(&from), sizeof from);
    }
    return connect_to(socket, internet(where.substr(0, colon), std::stoi(where.substr(colon + 1))));
}

bool connect_unix(int socket, const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return connect_to(socket, address);
}

}  // namespace

RawClient::RawClient(const std::string& where, const std::string& source) {
    const bool is_unix = where.starts_with("unix:");
    socket_ =
        sync::Descriptor(::socket(is_unix ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const bool connected = is_unix ? connect_unix(socket_.number(), where.substr(5))
                                   : connect_internet(socket_.number(), where, source);
    if (!connected) throw std::runtime_error("nobody listens at " + where);
    const timeval patience{10, 0};
    ::setsockopt(socket_.number(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_.number(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

bool RawClient::send(const std::string& bytes) {
    for (std::size_t at = 0; at < bytes.size();) {
        const ssize_t sent =
            ::send(socket_.number(), bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
        if (sent <= 0) return false;
        at += static_cast<std::size_t>(sent);
    }
    return true;
}

bool RawClient::read_more() {
    std::array<char, 65536> block;
    const ssize_t got = ::recv(socket_.number(), block.data(), block.size(), 0);
    if (got > 0) buffer_.append(block.data(), static_cast<std::size_t>(got));
    return got > 0;
}

std::optional<Answer> RawClient::receive(bool without_body) {
    while (!has(buffer_, "\r\n\r\n")) {
        if (!read_more()) return std::nullopt;
    }
    const std::size_t end = buffer_.find("\r\n\r\n") + 4;
    Answer answer;
    answer.head = buffer_.substr(0, end);
    answer.status = std::stoi(answer.head.substr(9, 3));
    buffer_.erase(0, end);
    const std::size_t length = sync::lower_case(answer.head).find("content-length: ");
    if (without_body || length == std::string::npos) return answer;
    const auto size = static_cast<std::size_t>(std::stoul(answer.head.substr(length + 16)));
    while (buffer_.size() < size) {
        if (!read_more()) return std::nullopt;
    }
    answer.body = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return answer;
}

std::string RawClient::receive_all() {
    while (read_more()) {
    }
    const bool timed_out = errno == EAGAIN || errno == EWOULDBLOCK;
    return timed_out ? std::string() : std::exchange(buffer_, {});
}

std::string RawClient::receive_until(const std::string& part) {
    while (!has(buffer_, part) && read_more()) {
    }
    return std::exchange(buffer_, {});
}

bool RawClient::is_ended() {
    char byte = 0;
    for (;;) {
        const ssize_t got = ::recv(socket_.number(), &byte, 1, 0);
        if (got == 0) return true;
        if (got < 0) return errno != EAGAIN && errno != EWOULDBLOCK;
    }
}

std::size_t count_answers(const std::string& text) {
    const std::string start = "HTTP/1.1 ";
    std::size_t count = 0;
    for (std::size_t at = text.find(start); at != std::string::npos;
         at = text.find(start, at + 1)) {
        if (std::isdigit(static_cast<unsigned char>(text[at + start.size()])) != 0) ++count;
    }
    return count;
}

std::string get(const std::string& path, const std::string& fields) {
    return "GET " + path + " HTTP/1.1\r\nHost: vault.example\r\n" + fields + "\r\n";
}

std::string post(const std::string& path, const std::string& body, const std::string& fields) {
    return "POST " + path + " HTTP/1.1\r\nHost: vault.example\r\n" + fields +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace sparekey::tests

#include "cli/agent/connection.h"

namespace sparekey::cli::agent {
namespace {

/// A greeting waits for nobody's Argon2id: the agent's first process answers it.
constexpr std::chrono::milliseconds kGreetingPatience{5000};
/// `lock` and `stop` are answered when the workers have ended.
constexpr std::chrono::milliseconds kLockPatience{15000};

bool waits_for_workers(Wish wish) {
    return wish == Wish::lock || wish == Wish::stop;
}

/// What it is answered, coded.
core::Result<core::SecretBytes> greet(Socket& socket, const Hello& hello) {
    SPAREKEY_CHECK(socket.send(encode(hello).expose()));
    return socket.receive(kLongestHello,
                          waits_for_workers(hello.wish) ? kLockPatience : kGreetingPatience);
}

}  // namespace

core::Result<std::optional<Connection>> Connection::open(const RuntimeFolder& folder,
                                                         const Hello& hello) {
    SPAREKEY_TRY(const bool there, has_socket(folder));
    if (!there) return std::optional<Connection>();
    SPAREKEY_TRY(storage::File file, connect_to(folder.socket()));
    if (!file.is_open()) return std::optional<Connection>();
    if (!peer_is_us(file.descriptor())) {
        return core::unexpected(core::ErrorCode::integrity,
                                folder.socket() + " is served by another user");
    }
    Socket socket(std::move(file));
    auto greeted = greet(socket, hello);
    // One that was ending holds nothing any more: it is as if it had ended before.
    if (!greeted && socket.is_gone()) return std::optional<Connection>();
    SPAREKEY_TRY(const core::SecretBytes answer, std::move(greeted));
    SPAREKEY_TRY(Welcome welcome, decode_welcome(answer.expose()));
    if (welcome.version == hello.version || hello.wish == Wish::stop) {
        return std::optional<Connection>(Connection(std::move(socket), std::move(welcome)));
    }
    SPAREKEY_CHECK(open(folder, {hello.version, Wish::stop, {}, {}, hello.by}));
    return std::optional<Connection>();
}

core::Result<core::SecretBytes> Connection::exchange(const core::SecretBytes& question, int passed,
                                                     const ImportProgress& progress) {
    gone_ = true;
    SPAREKEY_CHECK(socket_.send(question.expose(), passed));
    for (;;) {
        SPAREKEY_TRY(core::SecretBytes answer, socket_.receive(kLongestAnswer));
        gone_ = false;
        SPAREKEY_TRY(const std::optional<Progress> step, decode_progress(answer.expose()));
        if (!step) return answer;
        if (progress) progress(step->done, step->total);
    }
}

}  // namespace sparekey::cli::agent

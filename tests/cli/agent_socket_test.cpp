// Frames between processes of one person, and what may come along with them.
#include "cli/agent/socket.h"
#include "tests/support/program.h"

#include <catch2/catch_test_macros.hpp>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <filesystem>

namespace sparekey::cli::agent {
namespace {

struct Pair {
    Pair() {
        int ends[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
        near = storage::File(ends[0]);
        far = storage::File(ends[1]);
    }
    storage::File near, far;
};

std::ptrdiff_t open_descriptors() {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
}

/// One byte, and the descriptors with it.
void send_all(int socket, const std::array<int, 2>& descriptors) {
    char byte = 'x';
    iovec part{&byte, 1};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof descriptors)> control{};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    cmsghdr* const place = CMSG_FIRSTHDR(&header);
    place->cmsg_level = SOL_SOCKET;
    place->cmsg_type = SCM_RIGHTS;
    place->cmsg_len = CMSG_LEN(sizeof descriptors);
    std::memcpy(CMSG_DATA(place), descriptors.data(), sizeof descriptors);
    REQUIRE(::sendmsg(socket, &header, 0) == 1);
}

}  // namespace

TEST_CASE("a second descriptor in one message is closed, not kept", "[cli][agent]") {
    const Pair pair;
    const std::ptrdiff_t before = open_descriptors();
    for (int i = 0; i < 3; ++i) {
        send_all(pair.near.descriptor(), {STDERR_FILENO, STDERR_FILENO});
        core::Bytes into(16);
        storage::File passed;
        REQUIRE(receive_with_descriptor(pair.far.descriptor(), into, passed) == 1);
        CHECK(passed.is_open());
        CHECK(open_descriptors() == before + 1);
    }
    CHECK(open_descriptors() == before);
}

TEST_CASE("a descriptor comes along with its frame, and no other one does", "[cli][agent]") {
    Pair pair;
    const tests::Home home;
    tests::write_text(home.file("content"), "content");
    const auto content = storage::File(::open(home.file("content").c_str(), O_RDONLY | O_CLOEXEC));
    Socket near(std::move(pair.near)), far(std::move(pair.far));
    REQUIRE(near.send(core::bytes_of("with"), content.descriptor()));
    REQUIRE(near.send(core::bytes_of("without")));
    storage::File passed;
    const auto with = far.receive(100, std::chrono::seconds(5), &passed);
    REQUIRE(with);
    CHECK(passed.is_open());
    std::array<char, 7> read{};
    CHECK(::pread(passed.descriptor(), read.data(), read.size(), 0) == 7);
    CHECK(std::string_view(read.data(), read.size()) == "content");
    storage::File none;
    REQUIRE(far.receive(100, std::chrono::seconds(5), &none));
    CHECK_FALSE(none.is_open());
}

TEST_CASE("whoever only waits sees the other side go away", "[cli][agent]") {
    Pair pair;
    Socket near(std::move(pair.near));
    pair.far = storage::File();
    CHECK_FALSE(near.receive(100, std::chrono::seconds(5)));
    CHECK(near.is_gone());
}

}  // namespace sparekey::cli::agent

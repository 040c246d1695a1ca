// sparekey-unzip: the files of the ZIP archive on standard input, of which exports are made.
//
// For each file on standard output: the bytes of its name (4 bytes) and of its data (8 bytes, both
// little-endian), the name, the data. An archive that is refused ends with the size 0xffffffff and
// the reason instead, which holds nothing of the archive. Nothing is written to a disk: a name is a
// name here, whatever path it spells.
#include "core/secret/secret_bytes.h"

#include <sys/prctl.h>
#include <unistd.h>
#include <zip.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

namespace {

using namespace sparekey::core;

/// Of the archive, and of its files together: a small archive may hold much.
constexpr std::size_t kMostBytes = std::size_t{1} << 30;
constexpr std::int64_t kMostFiles = 100'000;
constexpr unsigned kMostSeconds = 300;  // then SIGALRM ends it
constexpr std::size_t kBlock = std::size_t{64} << 10;

using Archive = std::unique_ptr<zip_t, decltype(&zip_discard)>;
using OpenFile = std::unique_ptr<zip_file_t, decltype(&zip_fclose)>;
using Refusal = std::runtime_error;

SecretBytes read_input() {
    SecretBuilder input;
    SecretBytes block(kBlock);
    for (;;) {
        const ssize_t got = ::read(STDIN_FILENO, block.expose_mutable().data(), block.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw Refusal("it cannot be read");
        if (got == 0) return std::move(input).take();
        input.append(block.expose().first(static_cast<std::size_t>(got)));
        if (input.size() > kMostBytes) throw Refusal("it is larger than 1 GiB");
    }
}

void write_all(ByteView bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) ::_exit(1);  // who asked is gone
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

template <class Number>
void write_number(Number number) {
    std::array<std::uint8_t, sizeof number> bytes;
    for (std::uint8_t& byte : bytes) {
        byte = static_cast<std::uint8_t>(number & 0xffU);
        number = static_cast<Number>(number >> 8U);
    }
    write_all(bytes);
}

Archive open(const SecretBytes& input) {
    zip_error_t error;
    zip_error_init(&error);
    const ByteView bytes = input.expose();
    zip_source_t* const source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    zip_t* const archive =
        source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error);
    if (archive == nullptr) {
        zip_source_free(source);
        throw Refusal(std::string("it is no ZIP archive (") + zip_error_strerror(&error) + ")");
    }
    return Archive(archive, &zip_discard);
}

SecretBytes read_file(zip_t* archive, std::uint64_t index, std::size_t most) {
    const auto refused = [](const char* why) {
        return Refusal(std::string("a file in it: ") + why);
    };
    zip_stat_t about;
    zip_stat_init(&about);
    if (zip_stat_index(archive, index, 0, &about) != 0) throw refused(zip_strerror(archive));
    if ((about.valid & ZIP_STAT_SIZE) == 0) throw refused("it does not say its size");
    if (about.size > most) throw Refusal("its files are larger than 1 GiB together");
    const OpenFile file(zip_fopen_index(archive, index, 0), &zip_fclose);
    if (!file) throw refused(zip_strerror(archive));
    SecretBytes data(about.size);
    MutableBytes rest = data.expose_mutable();
    std::array<std::uint8_t, 1> beyond;
    // Read up to its end, and asked for more: only then its checksum is looked at.
    for (;;) {
        const MutableBytes into = rest.empty() ? MutableBytes(beyond) : rest;
        const std::int64_t got = zip_fread(file.get(), into.data(), into.size());
        if (got < 0) throw refused(zip_file_strerror(file.get()));
        if (got == 0 && !rest.empty()) throw refused("it is shorter than it says");
        if (got == 0) return data;
        if (rest.empty()) throw refused("it is longer than it says");
        rest = rest.subspan(static_cast<std::size_t>(got));
    }
}

void unzip() {
    const SecretBytes input = read_input();
    const Archive archive = open(input);
    const std::int64_t count = zip_get_num_entries(archive.get(), 0);
    if (count > kMostFiles) throw Refusal("it has more than 100,000 files");
    std::size_t left = kMostBytes;
    for (std::uint64_t index = 0; index < static_cast<std::uint64_t>(count); ++index) {
        const char* const found = zip_get_name(archive.get(), index, 0);
        const std::string_view name = found == nullptr ? std::string_view() : found;
        if (name.empty() || name.back() == '/') continue;  // a folder
        const SecretBytes data = read_file(archive.get(), index, left);
        left -= data.size();
        write_number(static_cast<std::uint32_t>(name.size()));
        write_number(static_cast<std::uint64_t>(data.size()));
        write_all(bytes_of(name));
        write_all(data.expose());
    }
}

}  // namespace

int main(int argc, char**) {
    if (argc != 1) {
        constexpr std::string_view kUsage = "usage: sparekey-unzip < ARCHIVE\n";
        return ::write(STDERR_FILENO, kUsage.data(), kUsage.size()) < 0 ? 1 : 2;
    }
    ::prctl(PR_SET_DUMPABLE, 0);
    ::alarm(kMostSeconds);
    try {
        unzip();
    } catch (const Refusal& refusal) {
        write_number(std::uint32_t{0xffffffff});
        write_all(bytes_of(refusal.what()));
    }
    return 0;
}

#include "storage/folder/backup.h"

#include "core/crypto/hash.h"
#include "storage/folder/lock.h"
#include "storage/folder/new_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <functional>

namespace sparekey::storage {
namespace {

constexpr std::string_view kBackupMagic = "sparekey backup 1\n";
// In the order of FORMAT.md.
constexpr std::array<std::string_view, 3> kNames = {"keyslots", "vault.db", "vault.db-wal"};

core::Unexpected damaged(const std::string& source) {
    return core::unexpected(core::ErrorCode::integrity, source + " is not an undamaged backup",
                            "use another backup");
}

core::Result<File> open_regular(const std::string& path) {
    File file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (!file.is_open()) {
        if (errno == ENOENT) {
            return core::unexpected(core::ErrorCode::not_found, path + " does not exist");
        }
        return core::unexpected(core::ErrorCode::failed,
                                "cannot open " + path + ": " + std::strerror(errno));
    }
    struct stat status {};
    if (::fstat(file.descriptor(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return core::unexpected(core::ErrorCode::integrity, path + " is not a regular file");
    }
    return file;
}

std::size_t read_some(const File& file, core::MutableBytes into) {
    std::size_t filled = 0;
    while (filled < into.size()) {
        const ssize_t got = ::read(file.descriptor(), into.data() + filled, into.size() - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw core::SystemFailure(std::string("cannot read: ") + std::strerror(errno));
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    return filled;
}

/// Writes and hashes what it writes.
class HashedFile {
  public:
    explicit HashedFile(NewFile file) : file_(std::move(file)) {}
    void put(core::ByteView bytes) {
        file_.write(bytes);
        hash_.update(bytes);
    }
    core::Result<void> finish() {
        file_.write(hash_.finish());
        return file_.keep();
    }

  private:
    NewFile file_;
    core::Sha256 hash_;
};

std::array<std::uint8_t, 8> size_bytes(std::uint64_t size) {
    std::array<std::uint8_t, 8> bytes;
    for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(size >> (8 * i));
    return bytes;
}

void put_member(HashedFile& backup, std::string_view name, const File& member) {
    struct stat status {};
    if (::fstat(member.descriptor(), &status) != 0) throw core::SystemFailure("cannot read a file");
    auto left = static_cast<std::uint64_t>(status.st_size);
    const std::uint8_t name_size = static_cast<std::uint8_t>(name.size());
    backup.put(core::ByteView(&name_size, 1));
    backup.put(core::bytes_of(name));
    backup.put(size_bytes(left));
    core::Bytes block(1 << 20);
    while (left > 0) {
        const std::size_t wanted = std::min<std::uint64_t>(left, block.size());
        if (read_some(member, core::MutableBytes(block).first(wanted)) != wanted) {
            throw core::SystemFailure("a file of the vault became shorter");
        }
        backup.put(core::ByteView(block).first(wanted));
        left -= wanted;
    }
}

/// Reads a backup from its beginning, hashing as it goes.
class BackupReader {
  public:
    explicit BackupReader(const File& file) : file_(file) {}

    bool take(core::MutableBytes into) {
        if (read_some(file_, into) != into.size()) return false;
        hash_.update(into);
        return true;
    }
    bool ends_here() {
        core::Hash stored{};
        std::uint8_t more = 0;
        return read_some(file_, stored) == stored.size() && stored == hash_.finish() &&
               read_some(file_, core::MutableBytes(&more, 1)) == 0;
    }

  private:
    const File& file_;
    core::Sha256 hash_;
};

using Sink = std::function<void(core::ByteView)>;
using SinkFor = std::function<Sink(std::string_view name)>;

/// `expected`: how many of kNames are past; each comes once, in their order.
bool read_member(BackupReader& reader, std::uint8_t name_size, std::size_t& expected,
                 const SinkFor& sink_for) {
    std::string name(name_size, '\0');
    std::array<std::uint8_t, 8> size{};
    if (!reader.take({reinterpret_cast<std::uint8_t*>(name.data()), name.size()}) ||
        !reader.take(size)) {
        return false;
    }
    if (expected == kNames.size() || name != kNames[expected]) return false;
    std::uint64_t left = 0;
    for (std::size_t i = 0; i < 8; ++i) left |= std::uint64_t{size[i]} << (8 * i);
    if (expected == 0 && left > core::kLargestKeySlotsFile) return false;
    ++expected;
    const Sink sink = sink_for(name);
    core::Bytes block(1 << 20);
    while (left > 0) {
        const std::size_t wanted = std::min<std::uint64_t>(left, block.size());
        if (!reader.take(core::MutableBytes(block).first(wanted))) return false;
        sink(core::ByteView(block).first(wanted));
        left -= wanted;
    }
    return true;
}

core::Result<void> read_backup(const std::string& source, const SinkFor& sink_for) {
    SPAREKEY_TRY(const File file, open_regular(source));
    BackupReader reader(file);
    core::Bytes magic(kBackupMagic.size());
    if (!reader.take(magic) || core::text_of(magic) != kBackupMagic) return damaged(source);
    std::size_t members = 0;
    for (;;) {
        std::uint8_t name_size = 0;
        if (!reader.take(core::MutableBytes(&name_size, 1))) return damaged(source);
        if (name_size == 0) break;
        if (!read_member(reader, name_size, members, sink_for)) return damaged(source);
    }
    if (members < 2 || !reader.ends_here()) return damaged(source);
    return {};
}

}  // namespace

core::Result<void> write_backup(const FolderPaths& paths, const std::string& destination) {
    std::vector<std::string> mended;
    SPAREKEY_CHECK(read_key_slots(paths, mended));
    SPAREKEY_TRY(const File lock, lock_folder(paths.vault, "sparekey backup"));
    SPAREKEY_TRY(NewFile file, NewFile::create(destination));
    HashedFile backup(std::move(file));
    backup.put(core::bytes_of(kBackupMagic));
    for (const std::string_view name : kNames) {
        auto member = open_regular(paths.vault + "/" + std::string(name));
        const bool optional = name == "vault.db-wal";
        if (!member && optional && member.error().code == core::ErrorCode::not_found) continue;
        if (!member) throw core::SystemFailure(member.error().message);
        put_member(backup, name, *member);
    }
    backup.put(core::Bytes{0});
    return backup.finish();
}

core::Result<void> check_backup(const std::string& source) {
    return read_backup(source, [](std::string_view) { return [](core::ByteView) {}; });
}

core::Result<void> restore_backup(const std::string& source, const FolderPaths& paths) {
    SPAREKEY_CHECK(check_backup(source));
    SPAREKEY_TRY(const ClaimedFolder claimed, claim_folder(paths, "sparekey restore-vault"));
    const std::string folder = claimed.paths.vault + "/";
    core::Bytes key_slots;
    std::vector<File> members;
    members.reserve(kNames.size());  // the sinks refer to them
    SPAREKEY_CHECK(read_backup(source, [&](std::string_view name) -> Sink {
        if (name == kNames.front()) {
            return [&](core::ByteView bytes) {
                key_slots.insert(key_slots.end(), bytes.begin(), bytes.end());
            };
        }
        auto made = create_file(folder + std::string(name));
        if (!made) throw core::SystemFailure(made.error().message);
        members.push_back(std::move(*made));
        return [&file = members.back()](core::ByteView bytes) { write_all(file, bytes); };
    }));
    for (const File& member : members) sync_file(member);
    // Last: it is what makes the folder a vault.
    replace_file(folder + std::string(kNames.front()), key_slots, Durability::name);
    finish_folder(claimed.paths);
    return {};
}

}  // namespace sparekey::storage

#include "cli/references/environment.h"

#include "storage/folder/files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

namespace sparekey::cli {
namespace {

using core::SecretBytes;

// Shells and scripts use the low numbers for themselves.
constexpr int kLowestDescriptor = 20;

SecretBytes entry_of(std::string_view name, std::string_view value) {
    core::SecretBuilder entry;
    entry.append(name);
    entry.append('=');
    entry.append(value);
    entry.append('\0');
    return std::move(entry).take();
}

std::string_view text_of_entry(const SecretBytes& entry) {
    return core::text_of(entry.expose().first(entry.size() - 1));
}

bool has_name(const SecretBytes& entry, std::string_view name) {
    const std::string_view text = text_of_entry(entry);
    return text.size() > name.size() && text.starts_with(name) && text[name.size()] == '=';
}

}  // namespace

Environment::Environment(char* const* entries) {
    for (; *entries != nullptr; ++entries) {
        entries_.push_back(SecretBytes::copy_of(
            {reinterpret_cast<const std::uint8_t*>(*entries), std::strlen(*entries) + 1}));
    }
}

void Environment::set(std::string_view name, core::SecretText value) {
    std::erase_if(entries_, [&](const SecretBytes& entry) { return has_name(entry, name); });
    entries_.push_back(entry_of(name, value.expose()));
}

core::Result<void> Environment::resolve(Resolver& resolver) {
    for (SecretBytes& entry : entries_) {
        const std::string_view text = text_of_entry(entry);
        const auto equals = text.find('=');
        if (equals == std::string_view::npos || !is_reference(text.substr(equals + 1))) continue;
        const std::string name(text.substr(0, equals));
        const auto value = resolver.value(text.substr(equals + 1));
        if (!value) {
            core::Error error = value.error();
            error.message = "$" + name + ": " + error.message;
            return core::unexpected(std::move(error));
        }
        entry = entry_of(name, (*value)->expose());
    }
    return {};
}

std::string_view Environment::value(std::string_view name) const {
    for (const SecretBytes& entry : entries_) {
        if (has_name(entry, name)) return text_of_entry(entry).substr(name.size() + 1);
    }
    return {};
}

std::vector<char*> Environment::pointers() {
    std::vector<char*> pointers;
    for (SecretBytes& entry : entries_) {
        pointers.push_back(reinterpret_cast<char*>(entry.expose_mutable().data()));
    }
    pointers.push_back(nullptr);
    return pointers;
}

std::string memory_file(std::string_view value) {
    const storage::File file(::memfd_create("sparekey", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!file.is_open()) {
        throw core::SystemFailure(std::string("no file in memory: ") + std::strerror(errno));
    }
    storage::write_all(file, core::bytes_of(value));
    ::fchmod(file.descriptor(), 0600);
    ::lseek(file.descriptor(), 0, SEEK_SET);
    ::fcntl(file.descriptor(), F_ADD_SEALS,
            F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
    // Without close-on-exec, and never closed here: the program inherits it.
    const int inherited = ::fcntl(file.descriptor(), F_DUPFD, kLowestDescriptor);
    if (inherited < 0) {
        throw core::SystemFailure(std::string("no file descriptor: ") + std::strerror(errno));
    }
    return "/dev/fd/" + std::to_string(inherited);
}

}  // namespace sparekey::cli

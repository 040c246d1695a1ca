#include "cli/agent/server/secret_memory.h"

#include "core/secret/secret_bytes.h"
#include "storage/folder/files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sparekey::cli::agent {
namespace {

storage::File secret_file() {
#ifdef SYS_memfd_secret
    return storage::File(static_cast<int>(::syscall(SYS_memfd_secret, O_CLOEXEC)));
#else
    return storage::File();
#endif
}

std::size_t page_size() {
    return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

/// `size` in whole pages.
std::size_t whole_pages(std::size_t size) {
    const std::size_t page = page_size();
    return (size + page - 1) / page * page;
}

}  // namespace

bool SecretMemory::is_available() {
    return secret_file().is_open();
}

std::uint8_t* SecretMemory::allocate(std::size_t size) {
    const storage::File file = secret_file();
    const std::size_t inner = whole_pages(size);
    const std::size_t page = page_size();
    if (!file.is_open() || ::ftruncate(file.descriptor(), static_cast<off_t>(inner)) != 0) {
        return nullptr;
    }
    void* const around = ::mmap(nullptr, inner + 2 * page, PROT_NONE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (around == MAP_FAILED) return nullptr;
    auto* const data = static_cast<std::uint8_t*>(around) + page;
    if (::mmap(data, inner, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file.descriptor(), 0) ==
        MAP_FAILED) {
        ::munmap(around, inner + 2 * page);
        return nullptr;
    }
    return data;
}

void SecretMemory::release(std::uint8_t* data, std::size_t size) {
    core::wipe({data, size});
    const std::size_t page = page_size();
    ::munmap(data - page, whole_pages(size) + 2 * page);
}

}  // namespace sparekey::cli::agent

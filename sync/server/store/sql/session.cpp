#include "sync/server/store/sql/session.h"

#include "core/base/error.h"

namespace sparekey::sync {

void Row::copy_exactly(std::size_t at, core::MutableBytes to) const {
    const Bytes& held = bytes(at);
    if (held.size() != to.size()) {
        throw core::SystemFailure("the server's store holds a key of an impossible size");
    }
    std::copy(held.begin(), held.end(), to.begin());
}

}  // namespace sparekey::sync

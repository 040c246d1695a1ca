// What differs between the two databases: how a transaction is run, and who else hears of it.
#pragma once

#include "sync/server/store/sql/session.h"
#include "sync/server/store/store.h"

namespace sparekey::sync {

/// What is stored is not what was written.
class StoreDamaged : public StoreUnavailable {
  public:
    using StoreUnavailable::StoreUnavailable;
};

enum class Decision { keep, undo };

/// A transaction. It may be run several times (a serialization failure, a neighbour in the same
/// group commit that does not fit on the disk), so it writes its results anew each time.
using Writing = std::function<Decision(Session&)>;
using Reading = std::function<void(Session&)>;

/// `statement`: each statement sees what is committed then. `snapshot`: all see the same.
enum class View { statement, snapshot };

class Database {
  public:
    virtual ~Database() = default;

    /// Durable when it returns, or undone. Throws StoreUnavailable, after which it may have
    /// happened all the same if the connection was lost while it was made durable. Whatever else
    /// `work` throws undoes it and comes out.
    virtual void write(const Writing& work) = 0;
    virtual void read(View view, const Reading& work) = 0;
    /// Tells the listener, here and at other servers, some time soon.
    virtual void announce(const AccountId& account, std::uint64_t head) = 0;
    virtual void on_change(ChangeListener listener) = 0;
    /// What the database can tell of its own structure. Throws StoreDamaged.
    virtual void check_structure() = 0;
};

}  // namespace sparekey::sync

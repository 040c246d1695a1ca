// A Replica that is a device and nothing more: what a connection asks of it. Every other question
// is a test's mistake.
#pragma once

#include "sync/client/replica.h"

#include <functional>

namespace sparekey::tests {

class DeviceReplica : public sync::Replica {
  public:
    explicit DeviceReplica(std::function<std::string()> assertion)
        : assertion_(std::move(assertion)) {}

    core::Result<std::string> assertion() override {
        ++assertions;
        return assertion_();
    }
    core::Result<std::optional<sync::Membership>> membership() override { return unasked(); }
    core::Result<void> found_account(const std::string&, const std::string&) override {
        return unasked();
    }
    core::Result<void> abandon_account() override { return unasked(); }
    core::Result<std::optional<core::PushRequest>> next_push(const sync::RosterWish&) override {
        return unasked();
    }
    core::Result<void> settle(const core::PushAnswer&) override { return unasked(); }
    core::Result<void> withdraw() override { return unasked(); }
    core::Result<sync::Applied> apply(const core::PullPage&, const sync::Permissions&,
                                      std::uint64_t) override {
        return unasked();
    }
    core::Result<bool> apply_snapshot(const core::SnapshotPage&, bool) override {
        return unasked();
    }
    core::Result<void> synced(std::uint64_t) override { return unasked(); }
    core::Result<void> remember_identities(std::vector<core::LinkedIdentity>) override {
        return unasked();
    }
    core::Result<core::ApprovalAnswer> approve(const core::Enrolment&,
                                               const std::string&) override {
        return unasked();
    }
    core::Result<void> leave() override { return unasked(); }

    int assertions = 0;

  private:
    static core::Unexpected unasked() { throw core::SystemFailure("nobody asks this here"); }
    std::function<std::string()> assertion_;
};

}  // namespace sparekey::tests

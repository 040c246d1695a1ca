// How the questions of a sync are coded: private to message_codec.cpp, beside message_archive.h.
#pragma once

#include "cli/agent/message_archive.h"

namespace sparekey::core {

template <class A>
void serialize(A& archive, ChainPoint& point) {
    archive(point.n, point.hash);
}
template <class A>
void serialize(A& archive, AuditMark& mark) {
    archive(mark.audit, mark.revision);
}
template <class A>
void serialize(A& archive, KnownDevice& device) {
    archive(device.id, device.name, device.added_ms, device.removed_ms);
}
template <class A>
void serialize(A& archive, LinkedIdentity& identity) {
    archive(identity.id, identity.provider, identity.display);
}
template <class A>
void serialize(A& archive, Toll& toll) {
    archive(toll.before, toll.in_all);
}
template <class A>
void serialize(A& archive, Foreseen& foreseen) {
    archive(foreseen.so_far, foreseen.removed, foreseen.at_head);
}
template <class A>
void serialize(A& archive, Applied& applied) {
    archive(applied.pulled, applied.merged, applied.removed, applied.held, applied.at_head,
            applied.news, applied.unforeseen);
}
template <class A>
void serialize(A& archive, SnapshotTaken& taken) {
    archive(taken.whole, taken.pulled, taken.merged, taken.removed, taken.held, taken.refused,
            taken.news);
}
template <class A>
void serialize(A& archive, ReseedStep& step) {
    archive(step.adopted, step.news);
}
template <class A>
void serialize(A& archive, ExposedItem& item) {
    archive(item.id, item.title);
}
template <class A>
void serialize(A& archive, ShownExposure& exposure) {
    codec::Bounded<ExposureStage> stage{exposure.stage, ExposureStage::given_up,
                                        ExposureStage::unfinished};
    archive(stage, exposure.told, exposure.items);
}
template <class A>
void serialize(A& archive, Enrolment& enrolment) {
    archive(enrolment.vault, enrolment.origin, enrolment.signing, enrolment.box, enrolment.nonce);
}

}  // namespace sparekey::core

namespace sparekey::sync {

template <class A>
void serialize(A& archive, Membership& membership) {
    core::codec::Bounded<core::AccountStage> stage{membership.stage, core::AccountStage::reseeding,
                                                   core::AccountStage::starting};
    archive(membership.vault, membership.device, stage, membership.origin, membership.head,
            membership.generation, membership.pending, membership.audit, membership.synced_ms,
            membership.head_ms, membership.devices, membership.identities, membership.told);
}

}  // namespace sparekey::sync

namespace sparekey::cli::agent {

template <class A>
void serialize(A&, Nothing&) {}
template <class A>
void serialize(A&, ReadMembership&) {}
template <class A>
void serialize(A&, MakeAssertion&) {}
template <class A>
void serialize(A&, TakeToken&) {}
template <class A>
void serialize(A& archive, KeepToken& question) {
    archive(question.token, question.lifetime_s);
}
template <class A>
void serialize(A& archive, FoundAccount& question) {
    archive(question.origin, question.device_name);
}
template <class A>
void serialize(A&, AbandonAccount&) {}
template <class A>
void serialize(A& archive, NextPush& question) {
    archive(question.remove, question.rotation, question.exposed);
}
template <class A>
void serialize(A&, ReadExposure&) {}
template <class A>
void serialize(A&, NoteExposureTold&) {}
template <class A>
void serialize(A& archive, SettlePush& question) {
    archive(question.answer);
}
template <class A>
void serialize(A&, WithdrawPush&) {}
template <class A>
void serialize(A& archive, ApplyPage& question) {
    archive(question.page, question.mass_deletion, question.toll);
}
template <class A>
void serialize(A& archive, ForeseePage& question) {
    archive(question.page, question.so_far);
}
template <class A>
void serialize(A& archive, ApplySnapshot& question) {
    archive(question.page, question.first, question.mass_deletion, question.toll);
}
template <class A>
void serialize(A& archive, ForeseeSnapshot& question) {
    archive(question.page);
}
template <class A>
void serialize(A& archive, KeptPush& question) {
    archive(question.after);
}
template <class A>
void serialize(A& archive, SettleKept& question) {
    archive(question.answer);
}
template <class A>
void serialize(A& archive, ReseedPage& question) {
    archive(question.page, question.first);
}
template <class A>
void serialize(A& archive, NoteSynced& question) {
    archive(question.at_ms);
}
template <class A>
void serialize(A& archive, NoteAuditTold& question) {
    archive(question.mark);
}
template <class A>
void serialize(A& archive, RememberIdentities& question) {
    archive(question.identities);
}
template <class A>
void serialize(A& archive, Approve& question) {
    archive(question.enrolment, question.typed);
}
template <class A>
void serialize(A&, LeaveAccount&) {}
template <class A>
void serialize(A& archive, RejoinAccount& question) {
    archive(question.device_name);
}

}  // namespace sparekey::cli::agent

// What ends the wait for news from the server.
#include "sync/client/events.h"

#include "tests/support/founded_member.h"

#include <thread>

namespace sparekey::tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kSilence{200};

}  // namespace

TEST_CASE("a stream on which not even a heartbeat comes is waited for no longer",
          "[sync][client][events][mutant:silent-stream]") {
    FoundedMember member;
    bool over_while_heard = true, over_in_silence = false;
    member.fetcher.on_answer = [&](const sync::FetchRequest& request, sync::FetchResponse answer) {
        if (!request.is_over) return core::Result<sync::FetchResponse>(std::move(answer));
        over_while_heard = request.is_over();
        std::this_thread::sleep_for(kSilence * 3 / 2);
        CHECK_FALSE(request.is_enough(": \n\n"));
        over_while_heard = over_while_heard || request.is_over();
        std::this_thread::sleep_for(kSilence * 3 / 2);
        over_in_silence = request.is_over();
        answer.status = 200;
        return core::Result<sync::FetchResponse>(std::move(answer));
    };
    CHECK(sync::wait_for_change(
        member.connection, 1, seconds(300), [] { return false; }, kSilence));
    CHECK_FALSE(over_while_heard);
    CHECK(over_in_silence);
}

TEST_CASE("a change here, or a commit elsewhere, ends the wait at once", "[sync][client][events]") {
    FoundedMember member;
    bool here = false;
    member.fetcher.on_answer = [&](const sync::FetchRequest& request, sync::FetchResponse answer) {
        if (!request.is_over) return core::Result<sync::FetchResponse>(std::move(answer));
        CHECK_FALSE(request.is_over());
        here = true;
        CHECK(request.is_over());
        CHECK_FALSE(request.is_enough("data: 7\n\n"));
        CHECK(request.is_enough("data: 7\n\n: \n\ndata: 8\n\n"));
        answer.status = 200;
        return core::Result<sync::FetchResponse>(std::move(answer));
    };
    CHECK(sync::wait_for_change(member.connection, 7, seconds(300), [&] { return here; }));
    CHECK(here);
}

}  // namespace sparekey::tests

// libFuzzer: what decodes as a message of the agent is its own encoding.
#include "cli/agent/message_codec.h"

#include <cstdlib>

namespace {

template <class Message>
void same(const sparekey::core::Result<Message>& decoded, sparekey::core::ByteView bytes) {
    using namespace sparekey;
    if (!decoded) return;
    if (!core::equal_constant_time(cli::agent::encode(*decoded).expose(), bytes)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey::cli::agent;
    const sparekey::core::ByteView bytes(data, size);
    same(decode_question(bytes), bytes);
    same(decode_hello(bytes), bytes);
    same(decode_welcome(bytes), bytes);
    same(decode_bulk_order(bytes), bytes);
    same(decode_standby_order(bytes), bytes);
    same(decode_standby_answer(bytes), bytes);
    std::vector<std::string> warnings;
    [[maybe_unused]] const auto item = decode_answer<sparekey::core::Item>(bytes, warnings);
    [[maybe_unused]] const auto rows =
        decode_answer<std::vector<sparekey::core::IndexRow>>(bytes, warnings);
    [[maybe_unused]] const auto conflicts =
        decode_answer<std::vector<sparekey::cli::ItemConflicts>>(bytes, warnings);
    [[maybe_unused]] const auto facts =
        decode_answer<std::vector<sparekey::core::Facts>>(bytes, warnings);
    [[maybe_unused]] const auto report =
        decode_answer<sparekey::cli::ImportReport>(bytes, warnings);
    return 0;
}

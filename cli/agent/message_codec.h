// The agent's messages as bytes, by the one bounded codec (core/codec/archive.h).
//
// A frame is a 4-byte little-endian length and that many bytes. Whatever is longer than the bound
// for its direction is refused before anything is read. Decoding gives ErrorCode::integrity for
// bytes that are not exactly one message.
#pragma once

#include "cli/agent/messages.h"

namespace sparekey::cli::agent {

inline constexpr std::size_t kLongestHello = std::size_t{16} << 10;  // bytes
/// An item, a key file; a page of a sync with what goes along.
inline constexpr std::size_t kLongestQuestion = core::kLargestPage + 4096;
inline constexpr std::size_t kLongestAnswer = std::size_t{256}
                                              << 20;  // every item of a large vault

core::SecretBytes encode(const Hello& hello);
core::Result<Hello> decode_hello(core::ByteView bytes);

core::SecretBytes encode(const Welcome& welcome);
core::Result<Welcome> decode_welcome(core::ByteView bytes);

core::SecretBytes encode(const Question& question);
core::Result<Question> decode_question(core::ByteView bytes);

/// What comes back: the outcome of a question, or first how far it is.
struct Progress {
    std::uint64_t done = 0;
    std::uint64_t total = 0;
};
core::SecretBytes encode(const Progress& progress);
/// Nothing if the message is an answer.
core::Result<std::optional<Progress>> decode_progress(core::ByteView bytes);

/// What a worker is told of a connection that it is handed.
struct HandOver {
    bool is_ssh = false;  // speaks the protocol of ssh-agent, not ours
    std::string by;
    std::vector<std::string> prompt;  // as in Hello
};
core::SecretBytes encode(const HandOver& order);
core::Result<HandOver> decode_hand_over(core::ByteView bytes);

/// What the worker tells the process that imports for it.
struct BulkOrder {
    std::string vault;
    std::string state;
    core::SecretBytes key;  // the vault key, 32 bytes
    std::string by;
    Import import;
    std::uint64_t history_kept = 0;
};
core::SecretBytes encode(const BulkOrder& order);
core::Result<BulkOrder> decode_bulk_order(core::ByteView bytes);

/// What `sparekey` tells a process that stands by (cli/standby.h).
struct StandbyOrder {
    std::string version;
    std::vector<std::string> arguments;    // of its command line
    std::vector<std::string> environment;  // "NAME=value"
    std::vector<std::string> network;      // network_of_this_process()
};
inline constexpr std::size_t kLongestStandbyOrder = std::size_t{1} << 20;  // bytes
core::SecretBytes encode(const StandbyOrder& order);
core::Result<StandbyOrder> decode_standby_order(core::ByteView bytes);

/// Comes after a Progress, by which the order is taken: what was printed, and what went wrong.
struct StandbyAnswer {
    std::string output;  // to stdout
    std::string errors;  // to stderr
    std::optional<core::Error> error;
};
core::SecretBytes encode(const StandbyAnswer& answer);
core::Result<StandbyAnswer> decode_standby_answer(core::ByteView bytes);

template <class Answer>
core::SecretBytes encode_answer(const core::Result<Answer>& answer,
                                const std::vector<std::string>& warnings);
/// `warnings` grows by what the agent said beside the answer.
template <class Answer>
core::Result<Answer> decode_answer(core::ByteView bytes, std::vector<std::string>& warnings);

}  // namespace sparekey::cli::agent

// A command's connection to the agent: greeted, of this version, of this user.
#pragma once

#include "cli/agent/message_codec.h"
#include "cli/agent/runtime_folder.h"
#include "cli/agent/socket.h"

#include <functional>

namespace sparekey::cli::agent {

class Connection {
  public:
    /// Nothing if no agent runs, or one that ends just now. One of another version is told to stop,
    /// which locks what it held, and counts as none. ErrorCode::integrity for a socket that is not
    /// ours to trust.
    static core::Result<std::optional<Connection>> open(const RuntimeFolder& folder,
                                                        const Hello& hello);

    /// What the agent said of the vault when it was greeted.
    VaultState state() const { return welcome_.state; }
    /// The agent locks on suspend and on a locked screen, since logind tells it.
    bool hears_logind() const { return welcome_.hears_logind; }

    /// Asks, and waits for the answer. `passed`: a descriptor that goes along. What the agent says
    /// beside it is added to `warnings`.
    template <class Q>
    core::Result<typename Q::Answer> ask(Q question, std::vector<std::string>& warnings,
                                         int passed = -1, const ImportProgress& progress = {}) {
        SPAREKEY_TRY(const core::SecretBytes answer,
                     exchange(encode(Question(std::move(question))), passed, progress));
        return decode_answer<typename Q::Answer>(answer.expose(), warnings);
    }

    int descriptor() const { return socket_.descriptor(); }
    /// The last question got no answer: the process behind it has ended.
    bool is_gone() const { return gone_; }
    void wait_for_end() { [[maybe_unused]] const auto none = socket_.receive(kLongestHello); }

  private:
    Connection(Socket socket, Welcome welcome)
        : socket_(std::move(socket)), welcome_(std::move(welcome)) {}
    /// The frame of the answer.
    core::Result<core::SecretBytes> exchange(const core::SecretBytes& question, int passed,
                                             const ImportProgress& progress);

    Socket socket_;
    Welcome welcome_;
    bool gone_ = false;
};

}  // namespace sparekey::cli::agent

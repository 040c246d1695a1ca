#include "cli/session.h"

#include "cli/agent/launch.h"
#include "cli/background_sync.h"
#include "cli/credentials.h"
#include "storage/folder/opened_folder.h"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>
#include <utility>

namespace sparekey::cli {

/// For an agent or a worker that is just ending: one that was killed takes its time to be gone.
constexpr int kUnlockTries = 8;
constexpr std::chrono::milliseconds kUnlockPause{20};  // longer each time: 0.6 s in all

std::uint64_t SystemClock::now_ms() const {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
    return ms > 0 ? static_cast<std::uint64_t>(ms) : 0;
}

Session::Session(GlobalOptions options, Paths paths)
    : options_(std::move(options)),
      paths_(std::move(paths)),
      output_(options_.json, options_.quiet) {}

Session::~Session() = default;

storage::FolderPaths Session::folder_paths() const {
    return {paths_.vault_folder(options_.vault_name), paths_.state_folder(options_.vault_name)};
}

core::Result<Person> Session::person() {
    SPAREKEY_TRY(const Config settings, config());
    return Person(terminal_, settings.pinentry, "The vault \"" + options_.vault_name + "\"");
}

core::Result<void> Session::with_credential(const Attempt& attempt) {
    SPAREKEY_TRY(Person asked, person());
    std::string_view complaint;
    for (int tries = 1;; ++tries) {
        if (!credential_) {
            SPAREKEY_TRY(credential_, read_credential({options_.password_file, options_.key_file,
                                                       options_.recovery_file},
                                                      input_, asked, complaint));
        }
        auto done = check_credential(*credential_);
        if (done) done = attempt(*credential_);
        if (done || done.error().code != core::ErrorCode::locked) return done;
        credential_.reset();
        if (credential_is_named() || tries == kTries) return done;
        complaint = "This does not open the vault; try again.";
    }
}

core::Result<std::unique_ptr<storage::OpenedFolder>> Session::open(
    const storage::FolderPaths& paths, const storage::OpenOptions& options) {
    std::unique_ptr<storage::OpenedFolder> opened;
    SPAREKEY_CHECK(with_credential([&](const core::Credential& given) -> core::Result<void> {
        SPAREKEY_TRY(opened,
                     storage::OpenedFolder::open(paths, given, options, clock_.now_ms(), random_));
        return {};
    }));
    return opened;
}

bool Session::credential_is_named() const {
    const auto is_set = [](const char* variable) {
        const char* const value = std::getenv(variable);
        return value != nullptr && *value != 0;
    };
    return options_.password_file || options_.key_file || options_.recovery_file ||
           is_set("SPAREKEY_PASSWORD_FILE") || is_set("SPAREKEY_PASSWORD_COMMAND");
}

bool Session::credential_is_on_input() const {
    const char* const named = std::getenv("SPAREKEY_PASSWORD_FILE");
    if (options_.key_file) return false;
    if (options_.recovery_file) return options_.recovery_file == "-";
    if (options_.password_file) return options_.password_file == "-";
    return named != nullptr && std::string_view(named) == "-";
}

core::Result<core::SecretText> Session::document(std::size_t limit) {
    if (credential_is_on_input()) SPAREKEY_CHECK(access());
    return input_.rest(limit);
}

std::unique_ptr<Session> Session::beside(const std::string& vault_name) const {
    GlobalOptions options = options_;
    options.vault_name = vault_name;
    if (credential_is_on_input()) {
        // That line was taken for the first vault; what follows it is no password.
        options.password_file.reset();
        options.recovery_file.reset();
    }
    auto session = std::make_unique<Session>(std::move(options), paths_);
    session->set_command(command_);
    if (credential_ && credential_is_on_input()) session->credential_ = credential_->clone();
    return session;
}

core::Result<void> Session::confirm(std::string_view question) {
    if (options_.yes) return {};
    SPAREKEY_TRY(Person asked, person());
    if (!asked.present()) {
        return core::unexpected(core::ErrorCode::usage,
                                "this asks for a confirmation and there is no terminal",
                                "say --yes");
    }
    SPAREKEY_TRY(const bool yes, asked.ask_yes(question));
    if (!yes) return core::unexpected(core::ErrorCode::failed, "nothing was changed");
    return {};
}

core::Result<bool> Session::has_vault() {
    std::vector<std::string> mended;
    const auto there = storage::vault_exists(folder_paths(), mended);
    for (const std::string& warning : mended) output_.warn(warning);
    return there;
}

core::Result<core::KeySlotsFile> Session::key_slots() {
    std::vector<std::string> mended;
    auto slots = storage::read_key_slots(folder_paths(), mended);
    for (const std::string& warning : mended) output_.warn(warning);
    return slots;
}

core::Result<storage::OpenedFolder*> Session::folder() {
    if (folder_) return folder_.get();
    // A vault that is not there, or damaged, is said before anything is asked.
    SPAREKEY_CHECK(key_slots());
    storage::OpenOptions options = open_options_;
    options.command = "sparekey " + command_;
    options.before_lock = [this] { return move_agent_aside(); };
    std::unique_ptr<storage::OpenedFolder> opened;
    if (key_) {
        SPAREKEY_TRY(opened, storage::OpenedFolder::open(folder_paths(), *key_, options, random_));
    } else {
        SPAREKEY_TRY(opened, open(folder_paths(), options));
    }
    if (import_bytes_ > 0) SPAREKEY_CHECK(opened->begin_draft(import_bytes_));
    folder_ = std::move(opened);
    told_ = 0;
    tell_warnings();
    return folder_.get();
}

void Session::tell_warnings() {
    if (!folder_) return;
    const std::vector<std::string>& warnings = folder_->warnings();
    for (; told_ < warnings.size(); ++told_) output_.warn(warnings[told_]);
}

void Session::close_vault() {
    tell_warnings();
    local_.reset();
    vault_.reset();
    folder_.reset();
    agent_.reset();
    asked_agent_ = false;
    key_.reset();
    listed_.reset();
}

void Session::step_aside() {
    if (!local_) return;
    auto key = std::make_unique<core::VaultKey>(folder_->vault_key().clone());
    auto listed = local_->release_listing();
    close_vault();
    key_ = std::move(key);
    listed_ = std::move(listed);
}

core::Result<Config> Session::config() {
    if (!config_ && paths_.config.empty()) config_.emplace();  // without HOME: the defaults
    if (!config_) {
        SPAREKEY_TRY(config_, read_config(paths_.config + "/config.toml"));
    }
    return *config_;
}

core::Result<core::Vault*> Session::vault() {
    if (vault_) return vault_.get();
    SPAREKEY_TRY(const Config settings, config());
    SPAREKEY_TRY(storage::OpenedFolder* const opened, folder());
    vault_ = std::make_unique<core::Vault>(opened->key_slots().vault, opened->device(),
                                           opened->keyring(), opened->store(), clock_, random_);
    vault_->keep_history(settings.history_kept);
    return vault_.get();
}

core::Result<VaultAccess*> Session::access() {
    if (!local_) {
        SPAREKEY_CHECK(meet_agent());
        if (agent_) {
            // The agent has the vault open, and does not look at its folder again.
            SPAREKEY_CHECK(has_vault());
            return agent_.get();
        }
    }
    SPAREKEY_TRY(LocalAccess* const opened, local());
    return opened;
}

core::Result<LocalAccess*> Session::local() {
    if (local_) return local_.get();
    SPAREKEY_TRY(core::Vault* const opened, vault());
    local_ = std::make_unique<LocalAccess>(
        *opened, *folder_, tree_, [this](const std::string& warning) { output_.warn(warning); });
    local_->serve(command_);
    if (listed_) local_->adopt(*std::exchange(listed_, std::nullopt));
    return local_.get();
}

agent::Hello Session::greeting(agent::Wish wish) const {
    const storage::FolderPaths paths = folder_paths();
    std::error_code unresolved;
    const auto resolved = std::filesystem::weakly_canonical(paths.vault, unresolved);
    return {SPAREKEY_VERSION, wish, unresolved ? paths.vault : resolved.string(), paths.state,
            command_};
}

/// Asks once: an agent that comes later is not this command's.
core::Result<void> Session::meet_agent() {
    if (asked_agent_ || options_.no_agent) return {};
    asked_agent_ = true;
    SPAREKEY_TRY(auto connection,
                 agent::Connection::open(agent::runtime_folder(), greeting(agent::Wish::ask)));
    if (connection && connection->state() == agent::VaultState::open) {
        agent_ = std::make_unique<agent::AgentAccess>(
            std::move(*connection), [this](const std::string& warning) { output_.warn(warning); });
        // The line of standard input that would have been the password is not somebody else's.
        if (credential_is_on_input() && !credential_) SPAREKEY_CHECK(input_.line());
        return {};
    }
    SPAREKEY_TRY(const Config settings, config());
    if (!settings.agent_autostart) return {};
    SPAREKEY_CHECK(key_slots());
    return with_credential([&](const core::Credential& given) {
        return unlock_agent(given, settings.agent_timeout_s);
    });
}

core::Result<bool> Session::agent_is_open() {
    SPAREKEY_CHECK(meet_agent());
    return agent_ != nullptr;
}

core::Result<void> Session::unlock(std::uint64_t timeout_s, const AgentWish& wish) {
    SPAREKEY_TRY(const bool open, agent_is_open());
    if (open && !credential_is_named()) return unlock_agent({}, timeout_s, wish);
    return with_credential([&](const core::Credential& credential) {
        return unlock_agent(credential, timeout_s, wish);
    });
}

core::Result<agent::Connection> Session::connect_to_unlock(const AgentWish& wish) {
    const agent::RuntimeFolder folder = agent::runtime_folder();
    agent::Hello hello = greeting(wish.wish);
    hello.prompt = wish.prompt;
    for (int tries = 1;; ++tries) {
        SPAREKEY_TRY(auto connection, agent::Connection::open(folder, hello));
        if (connection) return std::move(*connection);
        if (tries > kUnlockTries) break;
        if (tries > 1) std::this_thread::sleep_for(kUnlockPause * (tries - 1));
        SPAREKEY_CHECK(agent::start_agent(folder));
    }
    return core::unexpected(core::ErrorCode::failed, "the agent cannot be reached",
                            "sparekey agent --foreground shows why");
}

core::Result<void> Session::unlock_agent(const core::Credential& credential,
                                         std::uint64_t timeout_s, const AgentWish& wish) {
    SPAREKEY_TRY(const Config settings, config());
    for (int tries = 1;; ++tries) {
        SPAREKEY_TRY(agent::Connection connection, connect_to_unlock(wish));
        std::vector<std::string> warnings;
        auto opened =
            connection.ask(agent::Unlock{credential.kind, credential.bytes.clone(), timeout_s,
                                         settings.require_locked_memory, settings.history_kept},
                           warnings);
        // A worker that was just ending, after a wrong password say, is not this one's fault.
        if (!opened && connection.is_gone() && tries < kUnlockTries) {
            std::this_thread::sleep_for(kUnlockPause * tries);
            continue;
        }
        for (const std::string& warning : warnings) output_.warn(warning);
        SPAREKEY_CHECK(opened);
        agent_ = std::make_unique<agent::AgentAccess>(
            std::move(connection), [this](const std::string& warning) { output_.warn(warning); });
        if (settings.background_sync) start_background_sync(options_.vault_name);
        return {};
    }
}

void Session::wait_for_lock() {
    if (agent_) agent_->wait_for_end();
}

core::Result<void> Session::move_agent_aside() {
    if (options_.no_agent) return {};
    if (agent_) {
        auto aside = agent_->step_aside();
        // One that has ended holds nothing.
        return agent_->is_gone() ? core::Result<void>() : aside;
    }
    SPAREKEY_TRY(auto connection,
                 agent::Connection::open(agent::runtime_folder(), greeting(agent::Wish::ask)));
    if (!connection || connection->state() != agent::VaultState::open) return {};
    agent_ = std::make_unique<agent::AgentAccess>(
        std::move(*connection), [this](const std::string& warning) { output_.warn(warning); });
    return agent_->step_aside();
}

}  // namespace sparekey::cli

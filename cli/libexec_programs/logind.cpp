// sparekey-logind: tells the agent when the machine is about to sleep and when a screen locks.
//
// Prints `lock` for each, `heard` when logind has answered, and `gone` when it left the bus. A
// sleep is held up (logind's delay inhibitor) until every `lock` was answered by a line on standard
// input, or for 4 seconds: logind's own patience is 5. It ends with its input, and without a system
// bus; logind itself may come and go.
#include <fcntl.h>
#include <poll.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <memory>
#include <string_view>

namespace {

using Microseconds = std::uint64_t;  // of the monotonic clock, as sd-bus counts them
constexpr Microseconds kNever = UINT64_MAX;
constexpr Microseconds kPatience = 4'000'000;

constexpr const char* kLogind = "org.freedesktop.login1";
constexpr const char* kSession = "org.freedesktop.login1.Session";

Microseconds now() {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<Microseconds>(
        std::chrono::duration_cast<std::chrono::microseconds>(since).count());
}

class Watch {
  public:
    explicit Watch(sd_bus* bus) : bus_(bus) {}
    ~Watch() { release(); }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    void run();

  private:
    using Answer = int (*)(sd_bus_message*, void*, sd_bus_error*);
    static Watch& of(void* self) { return *static_cast<Watch*>(self); }

    bool subscribe();
    bool match(const char* rule, Answer answer);
    void take_inhibitor();
    void ask_owner(const char* session);
    void say(std::string_view line);
    void say_lock();
    bool hear();
    void release();
    int milliseconds_left() const;

    static int on_owner_of_logind(sd_bus_message* message, void* self, sd_bus_error*);
    static int on_inhibited(sd_bus_message* message, void* self, sd_bus_error*);
    static int on_sleep(sd_bus_message* message, void* self, sd_bus_error*);
    static int on_lock(sd_bus_message* message, void* self, sd_bus_error*);
    static int on_changed(sd_bus_message* message, void* self, sd_bus_error*);
    static int on_owner_of_session(sd_bus_message* message, void* self, sd_bus_error*);

    sd_bus* bus_;
    int inhibitor_ = -1;
    bool wanted_ = false;  // an inhibitor, when logind gives one
    std::ptrdiff_t unanswered_ = 0;
    Microseconds sleeps_at_ = kNever;  // the end of our patience, once a sleep was announced
};

bool Watch::match(const char* rule, Answer answer) {
    return sd_bus_add_match(bus_, nullptr, rule, answer, this) >= 0;
}

/// The bus vouches for the sender: a well-known name in a rule means its owner.
bool Watch::subscribe() {
    return match(
               "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',"
               "member='NameOwnerChanged',arg0='org.freedesktop.login1'",
               on_owner_of_logind) &&
           match(
               "type='signal',sender='org.freedesktop.login1',path='/org/freedesktop/login1',"
               "interface='org.freedesktop.login1.Manager',member='PrepareForSleep'",
               on_sleep) &&
           match(
               "type='signal',sender='org.freedesktop.login1',"
               "path_namespace='/org/freedesktop/login1/session',"
               "interface='org.freedesktop.login1.Session',member='Lock'",
               on_lock) &&
           // Desktops that lock their screen by themselves only leave this hint.
           match(
               "type='signal',sender='org.freedesktop.login1',"
               "path_namespace='/org/freedesktop/login1/session',"
               "interface='org.freedesktop.DBus.Properties',member='PropertiesChanged',"
               "arg0='org.freedesktop.login1.Session'",
               on_changed);
}

void Watch::take_inhibitor() {
    wanted_ = true;
    sd_bus_call_method_async(bus_, nullptr, kLogind, "/org/freedesktop/login1",
                             "org.freedesktop.login1.Manager", "Inhibit", on_inhibited, this,
                             "ssss", "sleep", "Sparekey", "locks the vaults", "delay");
}

void Watch::release() {
    wanted_ = false;
    sleeps_at_ = kNever;
    if (inhibitor_ >= 0) ::close(inhibitor_);
    inhibitor_ = -1;
}

void Watch::say(std::string_view line) {
    // Fails only when the agent is gone, which our input tells too.
    [[maybe_unused]] const ssize_t written = ::write(STDOUT_FILENO, line.data(), line.size());
}

void Watch::say_lock() {
    say("lock\n");
    ++unanswered_;
}

void Watch::ask_owner(const char* session) {
    sd_bus_call_method_async(bus_, nullptr, kLogind, session, "org.freedesktop.DBus.Properties",
                             "Get", on_owner_of_session, this, "ss", kSession, "User");
}

int Watch::on_owner_of_logind(sd_bus_message* message, void* self, sd_bus_error*) {
    const char *name = nullptr, *before = nullptr, *after = nullptr;
    if (sd_bus_message_read(message, "sss", &name, &before, &after) < 0) return 0;
    of(self).release();
    if (*after != '\0') {
        of(self).take_inhibitor();
    } else {
        of(self).say("gone\n");
    }
    return 0;
}

/// Without one the vaults are still locked, only perhaps after the sleep.
int Watch::on_inhibited(sd_bus_message* message, void* self, sd_bus_error*) {
    int descriptor = -1;
    if (sd_bus_message_is_method_error(message, nullptr) > 0) return 0;
    if (sd_bus_message_read(message, "h", &descriptor) < 0 || !of(self).wanted_) return 0;
    if (of(self).inhibitor_ >= 0) ::close(of(self).inhibitor_);
    of(self).inhibitor_ = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
    of(self).say("heard\n");
    return 0;
}

int Watch::on_sleep(sd_bus_message* message, void* self, sd_bus_error*) {
    int begins = 0;
    if (sd_bus_message_read(message, "b", &begins) < 0) return 0;
    if (begins == 0) {
        of(self).sleeps_at_ = kNever;
        of(self).take_inhibitor();
        return 0;
    }
    of(self).say_lock();
    of(self).sleeps_at_ = now() + kPatience;
    return 0;
}

int Watch::on_lock(sd_bus_message* message, void* self, sd_bus_error*) {
    of(self).ask_owner(sd_bus_message_get_path(message));
    return 0;
}

int Watch::on_changed(sd_bus_message* message, void* self, sd_bus_error*) {
    sd_bus_message_skip(message, "s");
    if (sd_bus_message_enter_container(message, SD_BUS_TYPE_ARRAY, "{sv}") < 0) return 0;
    while (sd_bus_message_enter_container(message, SD_BUS_TYPE_DICT_ENTRY, "sv") > 0) {
        const char* name = nullptr;
        int on = 0;
        if (sd_bus_message_read(message, "s", &name) < 0) return 0;
        const bool is_hint = std::string_view(name) == "LockedHint";
        if (is_hint && sd_bus_message_read(message, "v", "b", &on) > 0 && on != 0) {
            of(self).ask_owner(sd_bus_message_get_path(message));
        }
        if (is_hint) return 0;
        sd_bus_message_skip(message, "v");
        sd_bus_message_exit_container(message);
    }
    return 0;
}

/// A session whose user cannot be told might be ours: to lock is the safe side.
int Watch::on_owner_of_session(sd_bus_message* message, void* self, sd_bus_error*) {
    std::uint32_t user = 0;
    const char* path = nullptr;
    const bool told = sd_bus_message_is_method_error(message, nullptr) <= 0 &&
                      sd_bus_message_read(message, "v", "(uo)", &user, &path) > 0;
    if (!told || user == ::getuid()) of(self).say_lock();
    return 0;
}

/// Reads the agent's answers; false at their end.
bool Watch::hear() {
    char block[64];
    const ssize_t got = ::read(STDIN_FILENO, block, sizeof block);
    if (got < 0) return errno == EINTR;
    unanswered_ -= std::min(unanswered_, std::count(block, block + got, '\n'));
    if (sleeps_at_ != kNever && unanswered_ == 0) release();
    return got > 0;
}

int Watch::milliseconds_left() const {
    Microseconds until = kNever;
    sd_bus_get_timeout(bus_, &until);
    until = std::min(until, sleeps_at_);
    if (until == kNever) return -1;
    const Microseconds at = now();
    return until <= at ? 0
                       : static_cast<int>(std::min<Microseconds>(until - at, kPatience) / 1000) + 1;
}

void Watch::run() {
    if (!subscribe()) return;
    take_inhibitor();
    for (;;) {
        int processed;
        do {
            processed = sd_bus_process(bus_, nullptr);
        } while (processed > 0);
        if (processed < 0) return;
        if (now() >= sleeps_at_) release();
        pollfd ends[2] = {{STDIN_FILENO, POLLIN, 0},
                          {sd_bus_get_fd(bus_), static_cast<short>(sd_bus_get_events(bus_)), 0}};
        if (::poll(ends, 2, milliseconds_left()) < 0 && errno != EINTR) return;
        if (ends[0].revents != 0 && !hear()) return;
    }
}

}  // namespace

int main() {
    // The terminal of `sparekey agent --foreground`: the agent decides what its signals mean.
    std::signal(SIGHUP, SIG_IGN);
    std::signal(SIGINT, SIG_IGN);
    sd_bus* opened = nullptr;
    if (sd_bus_open_system(&opened) < 0) return 0;
    const std::unique_ptr<sd_bus, decltype(&sd_bus_close_unref)> bus(opened, &sd_bus_close_unref);
    Watch(bus.get()).run();
    return 0;
}

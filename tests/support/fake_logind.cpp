#include "tests/support/fake_logind.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <stdexcept>
#include <string_view>

namespace sparekey::tests {
namespace {

constexpr const char* kManagerPath = "/org/freedesktop/login1";
constexpr const char* kManager = "org.freedesktop.login1.Manager";
constexpr const char* kSession = "org.freedesktop.login1.Session";
constexpr std::uint32_t kSomebody = 12345;

void require(int result, const char* what) {
    if (result < 0) throw std::runtime_error(std::string("fake logind: ") + what);
}

std::string configuration(const Home& home) {
    return R"(<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:path=)" +
           home.system_bus() + R"(</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
)";
}

}  // namespace

SystemBus::SystemBus(const Home& home) {
    write_text(home.file("bus.conf"), configuration(home));
    const std::string file = "--config-file=" + home.file("bus.conf");
    const std::string log_file = home.file("bus.log");
    int ends[2];
    require(::pipe2(ends, O_CLOEXEC), "no pipe");
    process_ = ::fork();
    if (process_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        const int log = ::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        ::dup2(ends[1], STDOUT_FILENO);
        ::dup2(log, STDERR_FILENO);
        ::execl("/usr/bin/dbus-daemon", "dbus-daemon", file.c_str(), "--nofork", "--nopidfile",
                "--print-address", nullptr);
        ::_exit(127);
    }
    ::close(ends[1]);
    char block[256];
    const ssize_t told = ::read(ends[0], block, sizeof block);
    ::close(ends[0]);
    if (told <= 0) throw std::runtime_error("dbus-daemon does not start; see scripts/setup");
}

SystemBus::~SystemBus() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
}

struct FakeLogind::Calls {
    static int inhibit(sd_bus_message* message, void* self, sd_bus_error* error);
    static int user(sd_bus*, const char*, const char*, const char*, sd_bus_message* reply,
                    void* session, sd_bus_error*);
    static int locked_hint(sd_bus*, const char*, const char*, const char*, sd_bus_message* reply,
                           void*, sd_bus_error*) {
        return sd_bus_message_append(reply, "b", 1);
    }
};

int FakeLogind::Calls::inhibit(sd_bus_message* message, void* self, sd_bus_error* error) {
    auto& logind = *static_cast<FakeLogind*>(self);
    const char *what = nullptr, *who = nullptr, *why = nullptr, *mode = nullptr;
    require(sd_bus_message_read(message, "ssss", &what, &who, &why, &mode), "cannot read Inhibit");
    if (std::string_view(what) != "sleep" || std::string_view(mode) != "delay") {
        return sd_bus_error_set(error, SD_BUS_ERROR_INVALID_ARGS, "not what was expected");
    }
    int ends[2];
    require(::pipe2(ends, O_CLOEXEC), "no pipe");
    if (logind.held_ >= 0) ::close(logind.held_);
    logind.held_ = ends[0];
    ++logind.inhibitors_;
    const int sent = sd_bus_reply_method_return(message, "h", ends[1]);
    ::close(ends[1]);
    return sent;
}

int FakeLogind::Calls::user(sd_bus*, const char*, const char*, const char*, sd_bus_message* reply,
                            void* session, sd_bus_error*) {
    auto& asked = *static_cast<Session*>(session);
    ++asked.questions;
    return sd_bus_message_append(reply, "(uo)", asked.user, "/org/freedesktop/login1/user/_0");
}

FakeLogind::FakeLogind(const Home& home)
    : ours{"/org/freedesktop/login1/session/_31", ::getuid()},
      theirs{"/org/freedesktop/login1/session/_32", kSomebody},
      bus_(nullptr, &sd_bus_close_unref) {
    static const sd_bus_vtable manager[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_METHOD("Inhibit", "ssss", "h", Calls::inhibit, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_SIGNAL("PrepareForSleep", "b", 0),
        SD_BUS_VTABLE_END,
    };
    static const sd_bus_vtable session[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_PROPERTY("User", "(uo)", Calls::user, 0, SD_BUS_VTABLE_PROPERTY_CONST),
        SD_BUS_PROPERTY("LockedHint", "b", Calls::locked_hint, 0,
                        SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
        SD_BUS_SIGNAL("Lock", "", 0),
        SD_BUS_VTABLE_END,
    };
    sd_bus* bus = nullptr;
    require(sd_bus_new(&bus), "no bus");
    bus_.reset(bus);
    require(sd_bus_set_address(bus, ("unix:path=" + home.system_bus()).c_str()), "no address");
    require(sd_bus_set_bus_client(bus, 1), "no client");
    require(sd_bus_start(bus), "the bus does not answer");
    require(sd_bus_add_object_vtable(bus, nullptr, kManagerPath, kManager, manager, this),
            "no manager");
    for (Session* one : {&ours, &theirs}) {
        require(sd_bus_add_object_vtable(bus, nullptr, one->path, kSession, session, one),
                "no session");
    }
    require(sd_bus_request_name(bus, "org.freedesktop.login1", 0), "the name is taken");
}

FakeLogind::~FakeLogind() {
    if (held_ >= 0) ::close(held_);
}

bool FakeLogind::until(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        // Lost with the bus: then there is only to wait.
        if (sd_bus_process(bus_.get(), nullptr) > 0) continue;
        if (sd_bus_wait(bus_.get(), 10'000) < 0) ::usleep(10'000);
    }
    return true;
}

bool FakeLogind::inhibited() const {
    pollfd end{held_, POLLIN, 0};
    return held_ >= 0 && ::poll(&end, 1, 0) == 0;
}

void FakeLogind::announce_sleep(bool begins) {
    require(sd_bus_emit_signal(bus_.get(), kManagerPath, kManager, "PrepareForSleep", "b",
                               static_cast<int>(begins)),
            "cannot announce");
    sd_bus_flush(bus_.get());
}

void FakeLogind::announce_lock(const Session& session) {
    require(sd_bus_emit_signal(bus_.get(), session.path, kSession, "Lock", ""), "cannot announce");
    sd_bus_flush(bus_.get());
}

void FakeLogind::hint_locked(const Session& session) {
    require(
        sd_bus_emit_properties_changed(bus_.get(), session.path, kSession, "LockedHint", nullptr),
        "cannot announce");
    sd_bus_flush(bus_.get());
}

}  // namespace sparekey::tests

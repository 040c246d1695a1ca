// bench_run INPUT PROGRAM [ARGUMENT...]: one process with INPUT as stdin and no output; prints its
// wall time in nanoseconds, its peak RSS in KiB and its exit code.
//
// Python could fork and wait4 as well, but a child's ru_maxrss then starts at Python's own size.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

int main(int argc, char** argv) {
    if (argc < 3) return 2;
    const auto start = std::chrono::steady_clock::now();
    const pid_t child = fork();
    if (child == 0) {
        const int input = open(argv[1], O_RDONLY);
        const int nowhere = open("/dev/null", O_WRONLY);
        if (input < 0 || nowhere < 0) _exit(127);
        dup2(input, STDIN_FILENO);
        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
        close(input);
        close(nowhere);
        execv(argv[2], argv + 2);
        _exit(127);
    }
    int status = 0;
    rusage usage{};
    if (child < 0 || wait4(child, &status, 0, &usage) != child) return 1;
    const auto wall = std::chrono::steady_clock::now() - start;
    std::printf(
        "%lld %ld %d\n",
        static_cast<long long>(std::chrono::duration_cast<std::chrono::nanoseconds>(wall).count()),
        usage.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : 128);
}

// A data race ends the program that has it, so that a test notices: also one whose standard error
// nobody reads, as the agent's.
extern "C" const char* __tsan_default_options();  // NOLINT: the sanitizer's name
extern "C" const char* __tsan_default_options() {
    return "halt_on_error=1";
}

// Who is the last to let go of an exception that two threads share is counted in libstdc++, which
// is not instrumented: the sanitizer sees its text read by one thread and freed by the other.
extern "C" const char* __tsan_default_suppressions();  // NOLINT: the sanitizer's name
extern "C" const char* __tsan_default_suppressions() {
    return "race:std::runtime_error::~runtime_error\n"
           "race:std::__exception_ptr::exception_ptr::_M_release\n";
}

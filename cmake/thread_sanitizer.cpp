// A data race ends the program that has it, so that a test notices: also one whose standard error
// nobody reads, as the agent's.
extern "C" const char* __tsan_default_options();  // NOLINT: the sanitizer's name
extern "C" const char* __tsan_default_options() {
    return "halt_on_error=1";
}

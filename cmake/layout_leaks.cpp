// What the leak sanitizer is told not to report of sparekey-layout, with the reason.
//
// libgvc reads its list of plugins (graphviz/config6a) into memory that its plugin table points
// into, and that gvFreeContext() leaves: one block, as long as the file, once a process.
extern "C" const char* __lsan_default_suppressions();  // NOLINT: the sanitizer's name
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libgvc.so\n";
}

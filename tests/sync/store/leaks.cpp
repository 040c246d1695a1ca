// What address sanitizer is told not to report, with the reason.
//
// libpqxx 6.4 drops the empty PGresult that libpq makes for a statement on a connection that broke
// meanwhile: 216 bytes for each connection that is lost, in its own exec_prepared(). Named by the
// library, since a function's name needs a symbolizer, which not every machine has.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libpqxx-6\n";
}

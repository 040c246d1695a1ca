// What a command prints: data to stdout, everything else to stderr; one JSON document with --json.
//
// Text from the vault goes through core::printable() before it reaches a terminal. Buffers that may
// hold secrets are wiped.
#pragma once

#include "core/base/error.h"
#include "core/secret/secret_bytes.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sparekey::cli {

class HeldWarnings;

class Output {
  public:
    Output(bool json, bool quiet);

    bool json() const { return json_; }
    /// Stdout is a terminal: conceal secrets unless asked for.
    bool conceal() const { return stdout_is_terminal_; }
    bool colour() const { return colour_; }

    /// Bytes to stdout as they are (attachments, scripts, JSON text). A short write or a closed
    /// pipe is a SystemFailure.
    void raw(core::ByteView bytes);
    void raw(std::string_view text);
    /// One line of text to stdout; made printable if stdout is a terminal.
    void line(std::string_view text);
    /// The same of a value that may have several lines of its own.
    void value(std::string_view text);
    /// A table with aligned columns, cut to its width, to a terminal; tab-separated otherwise.
    void table(const std::vector<std::string>& header,
               const std::vector<std::vector<std::string>>& rows);
    /// For people, to stderr; nothing with --quiet.
    void note(std::string_view text);
    /// To stderr always; later, while a HeldWarnings lives.
    void warn(std::string_view text);
    /// The error as text or JSON, to stderr.
    void error(const core::Error& error);

  private:
    friend class HeldWarnings;

    bool json_;
    bool quiet_;
    bool stdout_is_terminal_;
    bool colour_;
    HeldWarnings* holder_ = nullptr;
};

/// While a screen is drawn: warnings, which would spoil it, wait here. At the end they are printed,
/// each once.
class HeldWarnings {
  public:
    explicit HeldWarnings(Output& output) : output_(output) { output_.holder_ = this; }
    ~HeldWarnings();
    HeldWarnings(const HeldWarnings&) = delete;
    HeldWarnings& operator=(const HeldWarnings&) = delete;

    /// Those that came since it was last asked, as one text; empty if none did.
    std::string take_news() { return std::exchange(news_, {}); }

  private:
    friend class Output;
    void add(std::string_view text);

    Output& output_;
    std::vector<std::string> held_;
    std::string news_;
};

/// Writes one JSON document into wiped memory. Text is escaped per RFC 8259; control characters and
/// U+2028/9 as \u; the caller nests objects and arrays properly.
class JsonWriter {
  public:
    JsonWriter& begin_object();
    JsonWriter& end_object();
    JsonWriter& begin_array();
    JsonWriter& end_array();
    JsonWriter& key(std::string_view name);
    JsonWriter& text(std::string_view value);
    JsonWriter& number(std::int64_t value);
    JsonWriter& boolean(bool value);
    JsonWriter& null();
    /// Text that is the base64 of pieces of any size, for what should not be in memory as a whole.
    JsonWriter& begin_base64();
    JsonWriter& base64(core::ByteView piece);
    JsonWriter& end_base64();
    /// key + text, key + number …
    JsonWriter& field(std::string_view name, std::string_view value) {
        return key(name).text(value);
    }
    JsonWriter& field(std::string_view name, std::int64_t value) { return key(name).number(value); }
    JsonWriter& field_bool(std::string_view name, bool value) { return key(name).boolean(value); }

    std::string_view expose() const { return core::text_of(buffer_.expose()); }
    /// What has been written so far, which is forgotten: for documents larger than memory should
    /// be.
    core::SecretBytes drain();

  private:
    void separate();
    core::SecretBuilder buffer_;
    core::SecretBuilder partial_;  // of a base64 text: bytes that do not fill a group yet
    std::vector<bool> has_element_;
    bool after_key_ = false;
};

/// The same document with a line for each member and element: for people.
core::SecretBytes indented_json(std::string_view json);

}  // namespace sparekey::cli

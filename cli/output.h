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
    /// To stderr always.
    void warn(std::string_view text);
    /// The error as text or JSON, to stderr.
    void error(const core::Error& error);

  private:
    bool json_;
    bool quiet_;
    bool stdout_is_terminal_;
    bool colour_;
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
    std::vector<bool> has_element_;
    bool after_key_ = false;
};

/// The same document with a line for each member and element: for people.
core::SecretBytes indented_json(std::string_view json);

}  // namespace sparekey::cli

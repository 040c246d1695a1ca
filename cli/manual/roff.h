// Builds one manual page in the man(7) macros, which groff and mandoc both read.
//
// Every text is taken as it is: what roff would read as its own is escaped here, and nowhere else.
#pragma once

#include <string>
#include <string_view>

namespace sparekey::cli::manual {

class Roff {
  public:
    /// The page's head and its NAME section: "sparekey", 1, "a credential vault …".
    Roff(std::string_view name, int section, std::string_view summary);

    Roff& section(std::string_view title);
    Roff& subsection(std::string_view title);
    /// Lines are filled; an empty line begins a new paragraph.
    Roff& paragraph(std::string_view text);
    /// A term in bold, what it stands for in italics after it, and its text, indented.
    Roff& entry(std::string_view term, std::string_view value, std::string_view text);
    /// Lines as they are.
    Roff& example(std::string_view lines);
    /// "sparekey-config(5)"; the next one follows in the same sentence.
    Roff& reference(std::string_view name, int section, bool last);

    const std::string& text() const { return text_; }

  private:
    Roff& space();
    Roff& line(std::string_view macro, std::string_view argument);

    std::string text_;
};

}  // namespace sparekey::cli::manual

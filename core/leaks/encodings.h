// Base64, hexadecimal and percent-encoded runs of a text, decoded: so that one search of what comes
// out finds a secret however its encoding began.
//
// Where an encoding begins within a run cannot be seen ("path/c2VjcmV0"), so base64 is decoded from
// each of four characters on and hexadecimal from each of two. Base64 goes on over line breaks
// where a line is as long as tools make them (kWrappedLine).
#pragma once

#include "core/leaks/encoded_shapes.h"

#include <vector>

namespace sparekey::core {

inline constexpr std::size_t kWrappedLine = 48;      // characters, at least
inline constexpr std::size_t kLongestPercent = 512;  // characters on either side of an escape

enum class Encoding : std::uint8_t { base64, hex, percent, form };  // form: '+' is a space

/// All that was decoded of a text, one piece after the other with a zero byte between.
class Decoded {
  public:
    /// Decodes what may hold one of the secrets that `shapes` knows.
    void decode(ByteView text, const EncodedShapes& shapes);
    ByteView bytes() const { return bytes_; }
    /// Where in `text`, the one that was decoded, the byte at `offset` of bytes() begins.
    std::size_t origin(ByteView text, std::size_t offset) const;

  private:
    struct Piece {
        std::size_t decoded = 0;  // where it begins in bytes_
        std::size_t text = 0;     // where its run begins
        std::size_t skipped = 0;  // characters of the run before its first
        Encoding encoding = Encoding::base64;
    };
    void add_base64(ByteView text, const EncodedShapes& shapes);
    void add_sextets(std::size_t run, std::size_t skipped);
    void add_hex(ByteView text, std::size_t shortest);
    void add_percent(ByteView text, const EncodedShapes& shapes);
    void add_escaped(ByteView run, std::size_t begin, Encoding encoding);
    void begin_piece(std::size_t run, std::size_t skipped, Encoding encoding);

    Bytes bytes_;
    Bytes sextets_;  // of the run that is read
    std::vector<Piece> pieces_;
};

}  // namespace sparekey::core

#include "cli/formats/gzip.h"

#include <zlib.h>

namespace sparekey::cli {

core::Result<core::SecretBytes> gunzip(core::ByteView packed, std::size_t most) {
    const auto refused = [](const char* why) {
        return core::unexpected(core::ErrorCode::usage, std::string("compressed data ") + why);
    };
    z_stream stream{};
    constexpr int kGzip = 16 + MAX_WBITS;
    if (::inflateInit2(&stream, kGzip) != Z_OK) throw core::SystemFailure("zlib does not start");
    stream.next_in = const_cast<Bytef*>(packed.data());
    stream.avail_in = static_cast<uInt>(packed.size());
    core::SecretBuilder unpacked;
    core::SecretBytes block(64 * 1024);
    int code = Z_OK;
    while (code == Z_OK && unpacked.size() <= most) {
        stream.next_out = block.expose_mutable().data();
        stream.avail_out = static_cast<uInt>(block.size());
        code = ::inflate(&stream, Z_NO_FLUSH);
        unpacked.append(block.expose().first(block.size() - stream.avail_out));
    }
    ::inflateEnd(&stream);
    if (unpacked.size() > most) return refused("unpacks to too much");
    if (code != Z_STREAM_END) return refused("is damaged");
    return std::move(unpacked).take();
}

}  // namespace sparekey::cli

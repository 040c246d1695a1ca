// sparekey-qr: the text on standard input as a QR code, --svg, or UTF-8 half blocks:
// --terminal in colours of its own, --plain dark on the terminal's light ground.
#include <qrencode.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace {

constexpr std::size_t kMostBytes = 2331;  // what a version 40 code holds in byte mode, level M
constexpr int kQuiet = 4;                 // modules of margin that scanners want

using Code = std::unique_ptr<QRcode, decltype(&QRcode_free)>;

bool dark(const QRcode& code, int x, int y) {
    if (x < 0 || y < 0 || x >= code.width || y >= code.width) return false;
    return (code.data[y * code.width + x] & 1) != 0;
}

std::string svg(const QRcode& code) {
    const int size = code.width + 2 * kQuiet;
    std::string text =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + std::to_string(size) + " " +
        std::to_string(size) + "\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h" +
        std::to_string(size) + "v" + std::to_string(size) + "H0z\"/><path fill=\"#000\" d=\"";
    for (int y = 0; y < code.width; ++y) {
        for (int x = 0; x < code.width; ++x) {
            if (!dark(code, x, y)) continue;
            text +=
                "M" + std::to_string(x + kQuiet) + " " + std::to_string(y + kQuiet) + "h1v1h-1z";
        }
    }
    return text + "\"/></svg>\n";
}

/// Two modules a character, light on the terminal's own dark or light ground: colours are set.
std::string terminal(const QRcode& code, bool coloured) {
    std::string text;
    for (int y = -kQuiet; y < code.width + kQuiet; y += 2) {
        if (coloured) text += "\x1b[30;107m";
        for (int x = -kQuiet; x < code.width + kQuiet; ++x) {
            const bool upper = dark(code, x, y);
            const bool lower = dark(code, x, y + 1);
            text += upper ? (lower ? "█" : "▀") : (lower ? "▄" : " ");
        }
        text += coloured ? "\x1b[0m\n" : "\n";
    }
    return text;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view mode = argc == 2 ? argv[1] : "";
    if (mode != "--svg" && mode != "--terminal" && mode != "--plain") {
        std::fputs("usage: sparekey-qr --svg|--terminal|--plain < TEXT\n", stderr);
        return 2;
    }
    std::array<char, kMostBytes + 1> input;
    const std::size_t size = std::fread(input.data(), 1, input.size(), stdin);
    if (size == 0 || size > kMostBytes) {
        std::fputs("sparekey-qr: nothing, or too much for a QR code\n", stderr);
        return 1;
    }
    const Code code(
        QRcode_encodeData(static_cast<int>(size),
                          reinterpret_cast<const unsigned char*>(input.data()), 0, QR_ECLEVEL_M),
        &QRcode_free);
    if (!code) {
        std::fputs("sparekey-qr: too much for a QR code\n", stderr);
        return 1;
    }
    const std::string picture =
        mode == "--svg" ? svg(*code) : terminal(*code, mode == "--terminal");
    return std::fwrite(picture.data(), 1, picture.size(), stdout) == picture.size() ? 0 : 1;
}

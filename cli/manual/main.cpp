// `sparekey-man FOLDER`: writes the manual pages there. Runs at build time; is not installed.
#include "cli/manual/pages.h"

#include <exception>
#include <fstream>
#include <iostream>

namespace {

void write(const std::string& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    if (!file) throw std::runtime_error("cannot write " + path);
}

}  // namespace

int main(int argc, char** argv) try {
    namespace manual = sparekey::cli::manual;
    if (argc != 2) {
        std::cerr << "usage: sparekey-man FOLDER\n";
        return 2;
    }
    const std::string folder(argv[1]);
    write(folder + "/sparekey.1", manual::commands_page());
    write(folder + "/sparekey-config.5", manual::config_page());
    write(folder + "/sparekey-formats.5", manual::formats_page());
    write(folder + "/sparekey-server.8", manual::server_page());
    return 0;
} catch (const std::exception& failure) {
    std::cerr << "sparekey-man: " << failure.what() << "\n";
    return 1;
}

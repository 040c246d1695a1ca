#include "tests/support/zip_file.h"

#include <zip.h>

#include <stdexcept>

namespace sparekey::tests {

void write_zip(const std::string& path, const ZipEntries& entries, const std::string& password) {
    zip_t* const archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
    if (archive == nullptr) throw std::runtime_error("cannot write " + path);
    for (const auto& [name, content] : entries) {
        zip_source_t* const source = zip_source_buffer(archive, content.data(), content.size(), 0);
        const zip_int64_t index = zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
        if (index < 0) throw std::runtime_error("cannot add " + name);
        const auto at = static_cast<zip_uint64_t>(index);
        if (!password.empty()) {
            zip_file_set_encryption(archive, at, ZIP_EM_AES_256, password.c_str());
        }
    }
    if (zip_close(archive) != 0) throw std::runtime_error("cannot finish " + path);
}

}  // namespace sparekey::tests

#include "cli/online/evidence.h"

#include "storage/folder/new_file.h"

namespace sparekey::cli::online {

void keep_evidence(Session& session, const std::string& what, core::ByteView bytes) try {
    std::vector<std::string> mended;
    const auto folder = storage::private_folder(session.folder_paths().state + "/evidence",
                                                storage::Missing::create, mended);
    if (!folder) return session.out().warn(folder.error().message);
    const std::string path = *folder + "/" + std::to_string(session.clock().now_ms()) + "-" + what;
    auto file = storage::NewFile::create(path);
    if (!file) return session.out().warn(file.error().message);
    file->write(bytes);
    if (const auto kept = file->keep(); !kept) return session.out().warn(kept.error().message);
    session.out().note("evidence is kept in " + path);
} catch (const core::SystemFailure& failure) {
    session.out().warn(std::string("evidence cannot be kept: ") + failure.what());
}

}  // namespace sparekey::cli::online

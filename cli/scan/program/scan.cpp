#include "cli/scan/program/scan.h"

#include "cli/scan/program/git_blobs.h"
#include "cli/scan/program/text_finder.h"
#include "cli/scan/program/threads.h"
#include "cli/scan/program/tree.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

namespace sparekey::cli::scan {
namespace {

constexpr std::size_t kMostThreads = 16;

/// Opens, looks at and searches one file.
void search_one(const Root& root, const std::string& path, TextFinder& finder) {
    const storage::File file = open_below(root, path, O_RDONLY);
    struct stat status {};
    if (!file.is_open() || ::fstat(file.descriptor(), &status) != 0) {
        ++finder.tally().skipped.unreadable;
    } else if (!S_ISREG(status.st_mode)) {
        ++finder.tally().skipped.special;
    } else {
        finder.search_file(file.descriptor(), static_cast<std::uint64_t>(status.st_size),
                           {root.shown + path});
    }
}

class Scan {
  public:
    Scan(const SecretSet& secrets, const Patterns& patterns) {
        const std::size_t threads = std::thread::hardware_concurrency();
        for (std::size_t i = 0; i < std::clamp<std::size_t>(threads, 1, kMostThreads); ++i) {
            finders_.push_back(std::make_unique<TextFinder>(secrets, patterns, leaks_));
        }
    }

    core::Result<void> take(const ScanPlace& place) {
        switch (place.place) {
            case Place::tree:
                return tree(place.path);
            case Place::home:
                return home(place.path);
            case Place::staged:
                return staged(place.path);
            case Place::history:
                return history(place.path);
        }
        return {};
    }
    ScanReport report() {
        ScanReport report;
        for (const auto& finder : finders_) finder->tally().add_to(report);
        leaks_.give(report);
        return report;
    }

  private:
    Skipped& skipped() { return finders_.front()->tally().skipped; }

    using Paths = JobQueue<std::string>;
    /// `produce` counts into a tally of its own, since the threads are at work meanwhile.
    void search_files(const Root& root, const std::function<void(Paths&, Skipped&)>& produce) {
        Tally tally;
        run_threads<std::string>(
            finders_.size(), [&](Paths& paths) { produce(paths, tally.skipped); },
            [&](std::size_t number, Paths& paths) {
                while (const auto path = paths.take()) search_one(root, *path, *finders_[number]);
            });
        add(tally.skipped);
    }
    core::Result<void> tree(const std::string& path) {
        SPAREKEY_TRY(const Root root, open_root(path));
        search_files(root, [&](Paths& paths, Skipped& skipped) {
            if (!root.file.empty()) return paths.push(root.file);
            each_file(root, "", skipped, [&](std::string file) { paths.push(std::move(file)); });
        });
        return {};
    }
    core::Result<void> home(const std::string& path) {
        SPAREKEY_TRY(const Root root, open_root(path));
        search_files(root, [&](Paths& paths, Skipped& skipped) {
            for (std::string place : home_places(root, skipped)) {
                if (!place.ends_with('/')) {
                    paths.push(std::move(place));
                    continue;
                }
                place.pop_back();
                each_file(root, place, skipped,
                          [&](std::string file) { paths.push(std::move(file)); });
            }
        });
        return {};
    }

    using Blobs = JobQueue<Blob>;
    core::Result<void> search_blobs(const std::string& path,
                                    const std::function<void(Blobs&, Skipped&)>& produce) {
        // A repository of libgit2 belongs to one thread.
        std::vector<Repository> repositories;
        std::vector<ObjectDatabase> objects;
        for (std::size_t i = 0; i < finders_.size(); ++i) {
            SPAREKEY_TRY(Repository repository, open_repository(path));
            objects.push_back(make_git<ObjectDatabase>(
                [&](git_odb** out) { return git_repository_odb(out, repository.get()); }));
            if (!objects.back()) return git_failure("cannot read the repository's objects");
            repositories.push_back(std::move(repository));
        }
        Tally tally;
        run_threads<Blob>(
            finders_.size(), [&](Blobs& blobs) { produce(blobs, tally.skipped); },
            [&](std::size_t number, Blobs& blobs) {
                while (const auto blob = blobs.take()) {
                    search_blob(*objects[number], *blob, *finders_[number]);
                }
            });
        add(tally.skipped);
        return {};
    }
    core::Result<void> history(const std::string& path) {
        SPAREKEY_TRY(const Repository repository, open_repository(path));
        return search_blobs(path, [&](Blobs& blobs, Skipped& skipped) {
            each_blob_of_history(*repository, skipped,
                                 [&](Blob blob) { blobs.push(std::move(blob)); });
        });
    }
    core::Result<void> staged(const std::string& path) {
        SPAREKEY_TRY(const Repository repository, open_repository(path));
        core::Result<void> listed;
        SPAREKEY_CHECK(search_blobs(path, [&](Blobs& blobs, Skipped& skipped) {
            listed = each_staged_blob(*repository, path, skipped,
                                      [&](Blob blob) { blobs.push(std::move(blob)); });
        }));
        return listed;
    }
    void add(const Skipped& more) {
        Skipped& all = skipped();
        all.links += more.links;
        all.special += more.special;
        all.unreadable += more.unreadable;
        all.damaged += more.damaged;
    }

    LeakList leaks_;
    std::vector<std::unique_ptr<TextFinder>> finders_;
};

}  // namespace

core::Result<ScanReport> scan_places(const ScanOrder& order, const SecretSet& secrets,
                                     const Patterns& patterns) {
    Scan scan(secrets, patterns);
    for (const ScanPlace& place : order.places) SPAREKEY_CHECK(scan.take(place));
    return scan.report();
}

}  // namespace sparekey::cli::scan

#include "cli/scan/program/git_blobs.h"

#include <array>
#include <cstring>
#include <unordered_set>
#include <vector>

namespace sparekey::cli::scan {
namespace {

constexpr std::size_t kDeepest = 512;  // folders within folders

struct OidHash {
    std::size_t operator()(const git_oid& id) const {
        std::size_t hash = 0;
        std::memcpy(&hash, id.id, sizeof hash);
        return hash;
    }
};
struct OidEqual {
    bool operator()(const git_oid& left, const git_oid& right) const {
        return git_oid_equal(&left, &right) != 0;
    }
};
using OidSet = std::unordered_set<git_oid, OidHash, OidEqual>;

std::string hex(const git_oid& id) {
    std::string text(GIT_OID_HEXSZ, '0');
    git_oid_fmt(text.data(), &id);
    return text;
}

constexpr std::string_view kMessagePath = "(commit message)";

/// What follows a commit's headers and an empty line.
core::ByteView message_of(core::ByteView commit) {
    const std::size_t end = core::text_of(commit).find("\n\n");
    return end == std::string_view::npos ? core::ByteView() : commit.subspan(end + 2);
}

class History {
  public:
    History(git_repository& repository, Skipped& skipped, const VisitBlob& visit)
        : repository_(repository), skipped_(skipped), visit_(visit) {}

    void run() {
        std::vector<git_oid> tips;
        git_reference* reference = nullptr;
        git_reference_iterator* iterator = nullptr;
        if (git_reference_iterator_new(&iterator, &repository_) == 0) {
            while (git_reference_next(&reference, iterator) == 0) {
                const Reference owned(reference);
                // What a symbolic one names is a reference itself, if it is there.
                if (git_reference_type(reference) == GIT_REFERENCE_DIRECT) add_tip(owned, tips);
            }
            git_reference_iterator_free(iterator);
        }
        if (git_repository_head(&reference, &repository_) == 0) add_tip(Reference(reference), tips);
        add_stashes(tips);
        for (const git_oid& tip : tips) follow(tip);
    }

  private:
    /// What is no commit, a tag of a blob say, is searched by itself.
    void add_tip(const Reference& reference, std::vector<git_oid>& tips) {
        const auto commit = make_git<Object>([&](git_object** out) {
            return git_reference_peel(out, reference.get(), GIT_OBJECT_COMMIT);
        });
        if (commit) {
            tips.push_back(*git_object_id(commit.get()));
            return;
        }
        const auto other = make_git<Object>([&](git_object** out) {
            return git_reference_peel(out, reference.get(), GIT_OBJECT_ANY);
        });
        const std::string name = git_reference_name(reference.get());
        if (!other) {
            ++skipped_.damaged;
        } else if (git_object_type(other.get()) == GIT_OBJECT_TREE) {
            walk(*git_object_id(other.get()), "", hex(*git_object_id(other.get())), 0);
        } else if (blobs_.insert(*git_object_id(other.get())).second) {
            visit_({*git_object_id(other.get()), {name, hex(*git_object_id(other.get())), order_}});
        }
    }
    /// Stashes but the last are named by their log alone.
    void add_stashes(std::vector<git_oid>& tips) {
        const auto log = make_git<Reflog>(
            [&](git_reflog** out) { return git_reflog_read(out, &repository_, "refs/stash"); });
        if (!log) return;
        for (std::size_t i = 0; i < git_reflog_entrycount(log.get()); ++i) {
            tips.push_back(*git_reflog_entry_id_new(git_reflog_entry_byindex(log.get(), i)));
        }
    }
    /// Parents first, so that the first commit that has a blob is met first.
    void follow(const git_oid& tip) {
        if (!commits_.insert(tip).second) return;
        struct Step {
            Commit commit;
            unsigned next_parent = 0;
        };
        std::vector<Step> path;
        push(path, tip);
        while (!path.empty()) {
            Step& step = path.back();
            if (step.next_parent < git_commit_parentcount(step.commit.get())) {
                const git_oid parent = *git_commit_parent_id(step.commit.get(), step.next_parent++);
                if (commits_.insert(parent).second) push(path, parent);
                continue;
            }
            ++order_;
            const git_oid& id = *git_commit_id(step.commit.get());
            visit_({id, {std::string(kMessagePath), hex(id), order_}});
            walk(*git_commit_tree_id(step.commit.get()), "", hex(id), 0);
            path.pop_back();
        }
    }
    template <class Path>
    void push(Path& path, const git_oid& id) {
        auto commit = make_git<Commit>(
            [&](git_commit** out) { return git_commit_lookup(out, &repository_, &id); });
        if (commit) {
            path.push_back({std::move(commit), 0});
        } else if (!is_border(id)) {
            ++skipped_.damaged;
        }
    }
    /// A parent that a shallow clone left out.
    bool is_border(const git_oid&) const { return git_repository_is_shallow(&repository_) == 1; }

    void walk(const git_oid& id, const std::string& folder, const std::string& commit,
              std::size_t depth) {
        if (!trees_.insert(id).second) return;
        const auto tree =
            make_git<Tree>([&](git_tree** out) { return git_tree_lookup(out, &repository_, &id); });
        if (!tree || depth > kDeepest) {
            ++skipped_.damaged;
            return;
        }
        for (std::size_t i = 0; i < git_tree_entrycount(tree.get()); ++i) {
            const git_tree_entry* const entry = git_tree_entry_byindex(tree.get(), i);
            const std::string path = folder + git_tree_entry_name(entry);
            const git_oid& inside = *git_tree_entry_id(entry);
            const git_filemode_t mode = git_tree_entry_filemode(entry);
            if (mode == GIT_FILEMODE_TREE) {
                walk(inside, path + "/", commit, depth + 1);
            } else if (mode != GIT_FILEMODE_COMMIT && blobs_.insert(inside).second) {
                visit_({inside, {path, commit, order_}});
            }
        }
    }

    git_repository& repository_;
    Skipped& skipped_;
    const VisitBlob& visit_;
    OidSet commits_, trees_, blobs_;
    std::uint64_t order_ = 0;
};

}  // namespace

void each_blob_of_history(git_repository& repository, Skipped& skipped, const VisitBlob& visit) {
    History(repository, skipped, visit).run();
}

void search_blob(git_odb& objects, const Blob& blob, TextFinder& finder) {
    std::size_t size = 0;
    git_object_t type = GIT_OBJECT_INVALID;
    if (git_odb_read_header(&size, &type, &objects, &blob.id) != 0 ||
        (type != GIT_OBJECT_BLOB && type != GIT_OBJECT_COMMIT)) {
        ++finder.tally().skipped.damaged;
        return;
    }
    if (size > kLargestText) {
        ++finder.tally().skipped.large;
        return;
    }
    const auto object = make_git<RawObject>(
        [&](git_odb_object** out) { return git_odb_read(out, &objects, &blob.id); });
    if (!object) {
        ++finder.tally().skipped.damaged;
        return;
    }
    const core::ByteView content(
        static_cast<const std::uint8_t*>(git_odb_object_data(object.get())),
        git_odb_object_size(object.get()));
    finder.search(type == GIT_OBJECT_COMMIT ? message_of(content) : content, blob.source);
}

}  // namespace sparekey::cli::scan

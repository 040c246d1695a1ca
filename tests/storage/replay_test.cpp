// Pages of older files put back one by one (L-09): SQLCipher's own checks pass, ours do not.
#include "tests/storage/replay.h"

#include "core/crypto/hash.h"
#include "tests/storage/stored.h"
#include "tests/support/store.h"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <iostream>
#include <map>

namespace sparekey::storage {
namespace {

constexpr std::size_t kItems = 6;

std::string title(std::size_t item) {
    return "Item " + std::to_string(item);
}

/// The user name that the search index shows for the item, once it is checked.
core::Result<std::string> listed_name(OpenedFolder& folder, std::size_t item) {
    const auto rows = folder.store().lookup(core::Match::title_equals,
                                            "item " + std::to_string(item), core::Shelf::live, 10);
    if (rows.empty()) {
        SPAREKEY_CHECK(folder.store().check_index());
        return core::unexpected(core::ErrorCode::not_found, "not listed");
    }
    SPAREKEY_CHECK(folder.store().check_rows(rows));
    return rows.front().summary.username;
}

/// Every answer is the last one written, or ErrorCode::integrity; how many are refused.
std::size_t refusals(OpenedFolder& folder, const std::array<std::string, kItems>& expected) {
    std::size_t refused = 0;
    for (std::size_t item = 0; item < kItems; ++item) {
        const auto listed = answer_to([&] { return listed_name(folder, item); });
        const auto stored = answer_to([&]() -> core::Result<std::string> {
            auto name = tests::username_of(folder, title(item));
            // As the commands do: "not there" only of an index that is the records' own.
            if (!name && name.error().code == core::ErrorCode::not_found) {
                SPAREKEY_CHECK(folder.store().check_index());
            }
            return name;
        });
        for (const auto* const name : {&listed, &stored}) {
            if (*name) {
                REQUIRE(**name == expected[item]);
            } else {
                REQUIRE(name->error().code == core::ErrorCode::integrity);
                ++refused;
            }
        }
    }
    return refused;
}

/// Records of 64 buckets, so that more than one page of record_ids is theirs: by version.
using Versions = std::map<core::RecordId, std::uint64_t>;

core::Bytes blob_of(std::uint64_t version) {
    const std::string text = std::to_string(version);
    return {text.begin(), text.end()};
}

/// Some are added, some are changed and some removed; the pages of record_ids are divided anew.
void change_records(VaultStore& store, tests::SeededRandom& random, std::uint64_t version,
                    Versions& records) {
    const auto transaction = store.begin();
    const auto write = [&](const core::RecordId& id) {
        transaction->put(
            {id, core::RecordType::setting, std::nullopt, version, 1, blob_of(version)}, nullptr);
        records[id] = version;
    };
    for (int count = 0; count < 60; ++count) {
        core::RecordId id = core::RecordId::random(random);
        id.bytes[0] &= 0x03;
        write(id);
    }
    // Neighbours, so that pages become empty.
    auto at = std::next(records.begin(), static_cast<std::ptrdiff_t>(random.below(records.size())));
    for (int count = 0; count < 40 && at != records.end(); ++count) {
        transaction->remove(at->first);
        at = records.erase(at);
    }
    for (int count = 0; count < 5; ++count) {
        const auto changed =
            std::next(records.begin(), static_cast<std::ptrdiff_t>(random.below(records.size())));
        write(changed->first);
    }
    transaction->commit();
}

/// 0: there is none.
std::uint64_t expected_version(const Versions& records, const core::RecordId& id) {
    const auto found = records.find(id);
    return found == records.end() ? 0 : found->second;
}

/// The record's version, 0 if there is none: by every question that there is, or refused by all.
core::Result<std::uint64_t> version_of(VaultStore& store, const core::RecordId& id) {
    const auto present = answer_to([&] { return core::Result<bool>(store.contains(id)); });
    const auto version = answer_to([&]() -> core::Result<std::uint64_t> {
        const auto leaf = store.leaf(id);
        return leaf ? leaf->version : 0;
    });
    const auto record = store.load(id);
    REQUIRE(present.has_value() == version.has_value());
    if (!version) {
        REQUIRE_FALSE(record);
        REQUIRE(record.error().code == core::ErrorCode::integrity);
        return version;
    }
    REQUIRE(*present == (*version != 0));
    if (record) REQUIRE(record->blob == blob_of(*version));
    // Its row is the last one; what it leads to may be older.
    if (!record && *version != 0) REQUIRE(record.error().code == core::ErrorCode::integrity);
    return version;
}

/// Ids of which a look-up in SQL says something else than `records`.
std::vector<core::RecordId> misled(Stored& stored, const std::vector<core::RecordId>& ids,
                                   const Versions& records) {
    Database database(stored.path, stored.key, Opening::existing, Workload::normal);
    Statement find(database, "SELECT version FROM record_ids WHERE id = ?1");
    std::vector<core::RecordId> wrong;
    for (const core::RecordId& id : ids) {
        find.bind(1, core::ByteView(id.bytes));
        const std::uint64_t version = find.step() ? static_cast<std::uint64_t>(find.integer(0)) : 0;
        find.reset();
        if (version != expected_version(records, id)) wrong.push_back(id);
    }
    return wrong;
}

/// The record is written or removed, and so it is afterwards; or it is refused, and all is as
/// before. False: it was refused.
bool write_or_refuse(VaultStore& store, const core::RecordId& id, bool removes, Versions& records) {
    constexpr std::uint64_t kLater = 1000;
    try {
        const auto transaction = store.begin();
        if (removes) {
            transaction->remove(id);
        } else {
            transaction->put(
                {id, core::RecordType::setting, std::nullopt, kLater, 1, blob_of(kLater)}, nullptr);
        }
        transaction->commit();
    } catch (const CorruptDatabase&) {
        const auto version = version_of(store, id);
        if (version) REQUIRE(*version == expected_version(records, id));
        return false;
    }
    records.erase(id);
    if (!removes) records.emplace(id, kLater);
    const auto version = version_of(store, id);
    REQUIRE(version);
    REQUIRE(*version == expected_version(records, id));
    return true;
}

/// One that would lie directly beside it.
core::RecordId neighbour(core::RecordId id) {
    ++id.bytes.back();
    return id;
}

struct Answers {
    std::size_t right = 0, refused = 0;
    std::size_t alone = 0;  // of the right ones: a look-up in SQL is wrong
    std::size_t not_written = 0;
};

/// A vault that changed twenty times, with each page of each time put back into the last file.
Answers replay_pages(tests::SeededRandom& random) {
    Stored stored;
    Versions records;
    std::vector<core::RecordId> ids;
    std::vector<std::string> older;
    for (std::uint64_t version = 1; version <= 20; ++version) {
        change_records(*stored.open(), random, version, records);
        for (const auto& [id, written] : records) {
            if (written == version) ids.push_back(id);
        }
        older.push_back(tests::read_text(stored.path));
    }
    const std::string now = older.back();
    older.pop_back();
    Answers answers;
    each_replay(older, now, [&](const std::string& mixed) {
        tests::write_text(stored.path, mixed);
        const auto wrong = answer_to([&] { return core::Result(misled(stored, ids, records)); });
        const auto store = stored.try_open();
        if (!wrong || !store) return;
        const auto is_answered = [&](const core::RecordId& id) {
            const auto version = version_of(**store, id);
            if (version) REQUIRE(*version == expected_version(records, id));
            ++(version ? answers.right : answers.refused);
            return version.has_value();
        };
        std::vector<core::RecordId> alone;
        for (const core::RecordId& id : *wrong) {
            if (is_answered(id)) alone.push_back(id);
        }
        for (int count = 0; count < 20; ++count) is_answered(ids[random.below(ids.size())]);
        answers.alone += alone.size();
        Versions by_now = records;
        for (const core::RecordId& id : alone) {
            const bool removes = random.coin();
            if (!write_or_refuse(**store, id, removes, by_now)) ++answers.not_written;
            if (!write_or_refuse(**store, neighbour(id), false, by_now)) ++answers.not_written;
        }
    });
    return answers;
}

}  // namespace

// Sync sends the removal of what it does not find.
TEST_CASE("no page that was put back hides a record, or shows one that is gone",
          "[storage][damage][mutant:record-freshness][mutant:rows-astray]") {
    tests::SeededRandom random;
    Answers all;
    // An old page above others that leads a look-up astray and not the scan is rare.
    int vaults = 0;
    for (; vaults < 40 && all.alone == 0; ++vaults) {
        const Answers answers = replay_pages(random);
        all.right += answers.right;
        all.refused += answers.refused;
        all.alone += answers.alone;
        all.not_written += answers.not_written;
    }
    std::cout << "replay: pages of " << vaults << " vaults, " << all.right << " answers right, "
              << all.alone << " of them where a look-up is wrong (" << all.not_written
              << " writes there refused), " << all.refused << " refused\n";
    CHECK(all.refused > 0);
    CHECK(all.alone > 0);
    CHECK(all.not_written > 0);
}

TEST_CASE("each page of twenty older files, put back, is refused or changes nothing",
          "[storage][damage]") {
    const tests::FolderOnDisk disk;
    tests::SeededRandom random;
    const std::string path = disk.paths().vault + "/vault.db";
    std::array<std::string, kItems> expected;
    std::vector<std::string> snapshots;
    for (std::size_t round = 0; round < tests::count(20) + 1; ++round) {
        {
            const auto folder = disk.open();
            REQUIRE(folder);
            for (int edits = 0; edits < 3; ++edits) {
                const std::size_t item =
                    round == 0 ? static_cast<std::size_t>(edits) * 2 : random.below(kItems);
                expected[item] = std::to_string(round) + "." + std::to_string(edits);
                tests::put_item(**folder, title(item), expected[item]);
                if (round > 0) continue;
                expected[item + 1] = "first";
                tests::put_item(**folder, title(item + 1), "first");
            }
        }
        snapshots.push_back(tests::read_text(path));
    }
    const std::string now = snapshots.back();
    snapshots.pop_back();
    std::size_t replayed = 0, refused_at_open = 0, refused_later = 0, unused = 0;
    each_replay(snapshots, now, [&](const std::string& mixed) {
        tests::write_text(path, mixed);
        ++replayed;
        const auto folder = disk.open();
        if (!folder) {
            REQUIRE(folder.error().code == core::ErrorCode::integrity);
            ++refused_at_open;
            return;
        }
        const bool noticed = refusals(**folder, expected) > 0 || !(*folder)->store().verify();
        ++(noticed ? refused_later : unused);
    });
    tests::write_text(path, now);
    std::cout << "replay: " << replayed << " pages of " << snapshots.size() << " files, "
              << refused_at_open << " refused at opening, " << refused_later
              << " at a read or by doctor, " << unused << " without effect\n";
    CHECK(replayed > snapshots.size() * 3);
    CHECK(refused_at_open + refused_later > 0);
    const auto folder = disk.open();
    REQUIRE(folder);
    CHECK((*folder)->store().verify());
}

}  // namespace sparekey::storage

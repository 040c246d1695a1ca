// Pages of older files put back one by one (L-09): SQLCipher's own checks pass, ours do not.
#include "tests/support/store.h"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <iostream>

namespace sparekey::storage {
namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kItems = 6;

std::string title(std::size_t item) {
    return "Item " + std::to_string(item);
}

/// What is asked, a page that cannot be read at all included.
template <class Question>
auto answer_to(Question question) -> decltype(question()) {
    try {
        return question();
    } catch (const CorruptDatabase& failure) {
        return core::unexpected(core::ErrorCode::integrity, failure.what());
    }
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

}  // namespace

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
    for (const std::string& older : snapshots) {
        for (std::size_t at = 0; at + kPage <= std::min(older.size(), now.size()); at += kPage) {
            if (older.compare(at, kPage, now, at, kPage) == 0) continue;
            std::string mixed = now;
            mixed.replace(at, kPage, older, at, kPage);
            tests::write_text(path, mixed);
            ++replayed;
            const auto folder = disk.open();
            if (!folder) {
                REQUIRE(folder.error().code == core::ErrorCode::integrity);
                ++refused_at_open;
                continue;
            }
            const bool noticed = refusals(**folder, expected) > 0 || !(*folder)->store().verify();
            ++(noticed ? refused_later : unused);
        }
    }
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

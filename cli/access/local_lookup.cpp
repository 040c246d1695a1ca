// How LocalAccess finds items: the catalog and the facts, read in pieces, and kept as they are by
// following each change.
#include "cli/access/local_access.h"
#include "core/text/unicode.h"

namespace sparekey::cli {
namespace {

using core::RecordId;
using core::Result;

std::string quoted_title(const core::IndexRow& row) {
    return "\"" + core::printable(row.summary.title) + "\"";
}

}  // namespace

Result<bool> LocalAccess::prepare() {
    if (catalog_) return facts_book().read_piece();
    SPAREKEY_CHECK(read_catalog_piece());
    return true;
}

Result<void> LocalAccess::read_catalog_piece() {
    if (!reader_) reader_ = std::make_unique<storage::CatalogReader>(folder_.store());
    auto done = reader_->step();
    if (!done) {
        reader_.reset();
        return core::unexpected(done.error());
    }
    if (!*done) return {};
    keep(reader_->take());
    reader_.reset();
    return {};
}

FactsBook& LocalAccess::facts_book() {
    if (!facts_book_) {
        facts_book_.emplace(vault_, folder_.store());
        listen();
    }
    return *facts_book_;
}

void LocalAccess::keep(core::Catalog catalog) {
    catalog_ = std::move(catalog);
    listen();
}

void LocalAccess::listen() {
    folder_.store().on_index_change(
        [this](std::span<const storage::IndexChange> changes) { follow(changes); });
}

std::optional<LocalAccess::Listing> LocalAccess::release_listing() {
    if (!catalog_) return std::nullopt;
    folder_.store().on_index_change({});
    facts_book_.reset();
    Listing listing{folder_.store().head(), std::move(*catalog_)};
    catalog_.reset();
    return listing;
}

/// The head has the root of all records, and the index was checked to be the records' own.
void LocalAccess::adopt(Listing listing) {
    if (listing.head == folder_.store().head()) keep(std::move(listing.catalog));
}

Result<const core::Catalog*> LocalAccess::catalog() {
    while (!catalog_) SPAREKEY_CHECK(read_catalog_piece());
    return &*catalog_;
}

/// The change is durable already, so that what cannot follow is read anew.
void LocalAccess::follow(std::span<const storage::IndexChange> changes) try {
    if (facts_book_) facts_book_->follow(changes);
    if (!catalog_) return;
    for (const storage::IndexChange& change : changes) {
        if (change.row) {
            catalog_->put(*change.row);
        } else {
            catalog_->remove(change.id);
        }
    }
} catch (const std::exception&) {
    folder_.store().on_index_change({});
    catalog_.reset();
    facts_book_.reset();
}

/// By the catalog if there is one; else by the store's index, which needs no reading of the whole,
/// unless the answer has to be told from all of it.
Result<RecordId> LocalAccess::look_up(std::string_view query, core::Shelf shelf) {
    if (!catalog_) {
        auto found = core::resolve_query(vault_.store(), query, shelf);
        if (found) {
            const auto row = vault_.store().index_row(*found);
            if (row) SPAREKEY_CHECK(folder_.store().check_rows({&*row, 1}));
            return found;
        }
    }
    // An entry that was put back must not lead to another item, nor to none: a catalog was checked.
    SPAREKEY_TRY(const core::Catalog* const all, catalog());
    return core::resolve_query(*all, query, shelf);
}

Result<RecordId> LocalAccess::find_item(std::string_view query, core::Shelf shelf) {
    SPAREKEY_TRY(const RecordId found, look_up(query, shelf));
    if (shelf != core::Shelf::trash) return found;
    const auto row = vault_.store().index_row(found);
    if (row && !row->summary.deleted) {
        return core::unexpected(core::ErrorCode::not_found,
                                quoted_title(*row) + " is not in the trash");
    }
    return found;
}

Result<std::vector<core::IndexRow>> LocalAccess::find(const core::Filter& filter) {
    SPAREKEY_TRY(const core::Catalog* const all, catalog());
    return core::find(*all, filter);
}

}  // namespace sparekey::cli

// A vault.db in a folder of its own, and what somebody with its key could do to it.
#pragma once

#include "storage/sqlite/database.h"
#include "storage/store/vault_store.h"
#include "tests/support/program.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>

#include <memory>
#include <string>
#include <utility>

namespace sparekey::storage {

struct Stored {
    tests::Home home;
    tests::SeededRandom random;
    std::string path = home.file("vault.db");
    core::DatabaseKey key = core::DatabaseKey::random(random);
    core::VaultId vault = core::VaultId::random(random);

    Stored() { VaultStore::create(path, key, vault, core::bytes_of("keyring")); }

    core::Result<std::unique_ptr<VaultStore>> try_open(Workload workload = Workload::normal) {
        return VaultStore::open(path, key, vault, workload);
    }
    std::unique_ptr<VaultStore> open(Workload workload = Workload::normal) {
        auto store = try_open(workload);
        REQUIRE(store);
        return std::move(*store);
    }
    void tamper(const std::string& sql) {
        Database database(path, key, Opening::existing, Workload::normal);
        database.execute(sql.c_str());
    }
};

}  // namespace sparekey::storage

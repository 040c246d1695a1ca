#include "cli/scan/program/secret_set.h"

#include "cli/scan/program/locked_memory.h"

#include <cstring>
#include <new>

namespace sparekey::cli::scan {
namespace {

constexpr std::size_t kBlock = 256 * 1024;

}  // namespace

void SecretSet::Block::Release::operator()(std::uint8_t* block) const {
    release_locked(block);
}

const std::uint8_t* SecretSet::keep(core::ByteView bytes) {
    if (blocks_.empty() || blocks_.back().used + bytes.size() > kBlock) {
        Block block;
        block.data.reset(static_cast<std::uint8_t*>(allocate_locked(kBlock)));
        if (!block.data) throw std::bad_alloc();
        blocks_.push_back(std::move(block));
    }
    Block& block = blocks_.back();
    std::uint8_t* const place = block.data.get() + block.used;
    std::memcpy(place, bytes.data(), bytes.size());
    block.used += bytes.size();
    return place;
}

SecretSet::Needle& SecretSet::needle_of(core::ByteView bytes) {
    const auto known = numbers_.find(core::text_of(bytes));
    if (known != numbers_.end()) return needles_[known->second];
    const std::uint8_t* const kept = keep(bytes);
    numbers_.emplace(core::text_of({kept, bytes.size()}), needles_.size());
    shapes_.note(bytes);
    return needles_.emplace_back(Needle{kept, bytes.size(), {}});
}

core::ByteView SecretSet::needle(std::size_t number) const {
    return {needles_[number].data, needles_[number].size};
}

void SecretSet::add(const ScanSecret& secret) {
    const auto needles = core::needles_of(secret.value.expose(), secret.form);
    if (needles.empty()) {
        ++too_common_;
        return;
    }
    const auto owner = static_cast<std::uint32_t>(owners_.size());
    const bool lines = secret.value.expose().find('\n') != std::string_view::npos;
    owners_.push_back({secret.item, secret.kind, lines && needles.size() > 1});
    for (const core::SecretText& needle : needles) {
        needle_of(core::bytes_of(needle.expose())).owners.push_back(owner);
    }
}

}  // namespace sparekey::cli::scan

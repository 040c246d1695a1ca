// The secrets that are looked for, and whose they are.
#pragma once

#include "cli/scan/messages.h"
#include "core/leaks/encoded_shapes.h"

#include <memory>
#include <string_view>
#include <unordered_map>

namespace sparekey::cli::scan {

/// Whose a needle is. One that has several needles, such as a key file, is told of once a file.
struct Owner {
    std::string item;
    std::string kind;
    bool has_several = false;
};

class SecretSet {
  public:
    /// One secret's needles, copied into locked memory.
    void add(const ScanSecret& secret);

    std::size_t size() const { return needles_.size(); }
    core::ByteView needle(std::size_t number) const;
    const std::vector<std::uint32_t>& owners_of(std::size_t number) const {
        return needles_[number].owners;
    }
    const Owner& owner(std::uint32_t number) const { return owners_[number]; }
    const core::EncodedShapes& shapes() const { return shapes_; }
    std::uint64_t too_common() const { return too_common_; }
    std::uint64_t secrets() const { return owners_.size(); }

  private:
    struct Block {
        struct Release {
            void operator()(std::uint8_t* block) const;
        };
        std::unique_ptr<std::uint8_t, Release> data;
        std::size_t used = 0;
    };
    struct Needle {
        const std::uint8_t* data = nullptr;
        std::size_t size = 0;
        std::vector<std::uint32_t> owners;
    };
    const std::uint8_t* keep(core::ByteView bytes);
    Needle& needle_of(core::ByteView bytes);

    std::vector<Block> blocks_;
    std::vector<Needle> needles_;
    std::unordered_map<std::string_view, std::size_t> numbers_;  // of what lies in blocks_
    std::vector<Owner> owners_;
    core::EncodedShapes shapes_;
    std::uint64_t too_common_ = 0;
};

}  // namespace sparekey::cli::scan

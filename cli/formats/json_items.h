// An export's list of items, read one after the other: the document is never in memory as a tree.
// Private to cli/formats: it shows Boost.JSON.
//
// The document is cut at the commas between its items. The frame around them and each piece go
// through the strict parser, and what holds them together is checked here, so a document is taken
// exactly if it is JSON as a whole. Nothing is promised about the last items until next() has said
// that there are no more.
#pragma once

#include "cli/formats/json_document.h"

#include <optional>
#include <vector>

namespace sparekey::cli {

/// Memory for one piece at a time: given out in a row, wiped and used again.
class WipingArena final : public boost::json::memory_resource {
  public:
    WipingArena() : block_(std::size_t{64} << 10) {}
    ~WipingArena() override { clear(); }
    WipingArena(const WipingArena&) = delete;
    WipingArena& operator=(const WipingArena&) = delete;
    /// Nothing that lies in it may be touched again.
    void clear();

  private:
    void* do_allocate(std::size_t size, std::size_t alignment) override;
    void do_deallocate(void*, std::size_t, std::size_t) override {}
    bool do_is_equal(const memory_resource& other) const noexcept override {
        return this == &other;
    }

    core::SecretBytes block_;
    std::size_t used_ = 0;
    std::vector<core::SecretBytes> further_;  // for what does not fit
};

class JsonItems {
  public:
    /// `list` is the member of the document's object that has the items. ErrorCode::usage with the
    /// line for what is not JSON or UTF-8.
    static core::Result<JsonItems> open(std::string_view text, std::string_view list);

    /// All but the items; null if the document is no object.
    const boost::json::object* frame() const { return frame_->root().if_object(); }
    bool has_list() const { return list_.has_value(); }
    /// The next item, which lasts until the next call; null after the last.
    core::Result<const boost::json::value*> next();
    /// Bytes of the document that were read, and that there are.
    std::size_t done() const { return at_; }
    std::size_t size() const { return text_.size(); }

  private:
    /// A piece of the document.
    struct Place {
        std::size_t begin = 0;
        std::size_t size = 0;
    };
    explicit JsonItems(std::string_view text)
        : text_(text), arena_(std::make_unique<WipingArena>()) {}
    static std::optional<Place> find_list(std::string_view text, std::string_view name);

    std::string_view text_;
    std::optional<JsonDocument> frame_;  // always, once open() has returned
    std::optional<Place> list_;          // what stands between its brackets
    std::size_t at_ = 0;                 // behind the last item
    bool first_ = true;
    std::unique_ptr<WipingArena> arena_;
    std::unique_ptr<boost::json::value> item_;
};

}  // namespace sparekey::cli

// Its memory goes all at once.
template <>
struct boost::json::is_deallocate_trivial<sparekey::cli::WipingArena> {
    static constexpr bool value = true;
};

// A JSON document in wiped memory, with bounds. Private to cli/formats: it shows Boost.JSON.
#pragma once

#include "core/base/result.h"
#include "core/secret/secret_bytes.h"

#include <boost/json/memory_resource.hpp>
#include <boost/json/value.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace sparekey::cli {

/// Overwrites what it gives back.
class WipingMemory final : public boost::json::memory_resource {
  private:
    void* do_allocate(std::size_t size, std::size_t alignment) override;
    void do_deallocate(void* data, std::size_t size, std::size_t alignment) override;
    bool do_is_equal(const memory_resource& other) const noexcept override {
        return this == &other;
    }
};

class JsonDocument {
  public:
    /// Strict JSON and UTF-8, depth at most 64, no key twice in one object. ErrorCode::usage with
    /// the line for anything else.
    static core::Result<JsonDocument> parse(std::string_view text);
    const boost::json::value& root() const { return *root_; }

  private:
    JsonDocument() = default;
    // Declared first, so that the memory outlives the value that lies in it.
    std::unique_ptr<WipingMemory> memory_;
    std::unique_ptr<boost::json::value> root_;
};

/// The JSON value that stands at [begin, end) of `text`, made in `memory`. Depth at most 64, no key
/// twice in one object: ErrorCode::usage with the line in `text`.
core::Result<boost::json::value> parse_json(std::string_view text, std::size_t begin,
                                            std::size_t end,
                                            const boost::json::storage_ptr& memory);
/// ErrorCode::usage with the line of what stands at `at`.
core::Unexpected not_json(std::string_view text, std::size_t at, const std::string& why);

/// The member, or null if the object lacks it.
const boost::json::value* member(const boost::json::object& object, std::string_view name);
/// The text of a string member; empty if it is missing, null or something else.
std::string_view text_member(const boost::json::object& object, std::string_view name);

/// A string's text; anything else as JSON.
std::string text_of_value(const boost::json::value& value);

}  // namespace sparekey::cli

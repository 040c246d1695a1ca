// Result<T>: a value or an Error, with std::expected's names, so that C++23 makes it an alias.
//
// SPAREKEY_TRY(name, expression) takes the value of a Result or returns its error from the
// enclosing function; SPAREKEY_CHECK(expression) does the same for a Result<void>.
#pragma once

#include "core/base/error.h"

#include <cassert>
#include <utility>
#include <variant>

namespace sparekey::core {

/// Wraps the error of a Result: `return unexpected(ErrorCode::not_found, "no such item")`.
struct Unexpected {
    Error error;
};

inline Unexpected unexpected(Error error) {
    return Unexpected{std::move(error)};
}
inline Unexpected unexpected(ErrorCode code, std::string message, std::string hint = {}) {
    return Unexpected{Error{code, std::move(message), std::move(hint), {}}};
}

template <class T>
class [[nodiscard]] Result {
  public:
    Result(T value)
        : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: as std::expected
    Result(Unexpected failure)                                 // NOLINT: as std::expected
        : state_(std::in_place_index<1>, std::move(failure.error)) {}

    bool has_value() const { return state_.index() == 0; }
    explicit operator bool() const { return has_value(); }

    T& value() & { return assert(has_value()), std::get<0>(state_); }
    const T& value() const& { return assert(has_value()), std::get<0>(state_); }
    T&& value() && { return assert(has_value()), std::get<0>(std::move(state_)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    Error& error() & { return assert(!has_value()), std::get<1>(state_); }
    const Error& error() const& { return assert(!has_value()), std::get<1>(state_); }
    Error&& error() && { return assert(!has_value()), std::get<1>(std::move(state_)); }

  private:
    std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    Result(Unexpected failure)  // NOLINT: as std::expected
        : state_(std::in_place_index<1>, std::move(failure.error)) {}

    bool has_value() const { return state_.index() == 0; }
    explicit operator bool() const { return has_value(); }
    const Error& error() const& { return assert(!has_value()), std::get<1>(state_); }
    Error&& error() && { return assert(!has_value()), std::get<1>(std::move(state_)); }

  private:
    std::variant<std::monostate, Error> state_;
};

}  // namespace sparekey::core

#define SPAREKEY_CONCAT_INNER(a, b) a##b
#define SPAREKEY_CONCAT(a, b) SPAREKEY_CONCAT_INNER(a, b)

// NOLINTBEGIN(bugprone-macro-parentheses): `name` declares a variable
#define SPAREKEY_TRY(name, expression)                              \
    auto SPAREKEY_CONCAT(result_, __LINE__) = (expression);         \
    if (!SPAREKEY_CONCAT(result_, __LINE__))                        \
        return ::sparekey::core::unexpected(                        \
            std::move(SPAREKEY_CONCAT(result_, __LINE__)).error()); \
    name = std::move(SPAREKEY_CONCAT(result_, __LINE__)).value()

#define SPAREKEY_CHECK(expression)                             \
    if (auto result_of_check = (expression); !result_of_check) \
    return ::sparekey::core::unexpected(std::move(result_of_check).error())
// NOLINTEND(bugprone-macro-parentheses)

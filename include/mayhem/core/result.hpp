#pragma once

#include <string>
#include <utility>
#include <variant>

namespace mayhem::core {

/// What a `result` holds when there is no value: wraps the error so that `return failure{"..."}` is unmistakable.
template <typename Error>
struct failure {
    Error error;
};

template <typename Error>
failure(Error) -> failure<Error>;
failure(const char*) -> failure<std::string>;

/// A value, or why there is none. For outcomes that are expected now and then, such as text from a person that
/// cannot be read. The subset of C++23's `std::expected` that the project needs, to be replaced by it.
template <typename T, typename Error = std::string>
class [[nodiscard]] result {
public:
    result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
    result(failure<Error> f) : content_(std::in_place_index<1>, std::move(f.error)) {}

    [[nodiscard]] bool has_value() const noexcept { return content_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }

    /// The value; throws `std::bad_variant_access` when there is none.
    [[nodiscard]] const T& value() const& { return std::get<0>(content_); }
    [[nodiscard]] T&& value() && { return std::get<0>(std::move(content_)); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T& operator*() & { return std::get<0>(content_); }
    T* operator->() { return &std::get<0>(content_); }
    const T* operator->() const { return &value(); }

    /// The error; throws `std::bad_variant_access` when there is a value.
    [[nodiscard]] const Error& error() const { return std::get<1>(content_); }

private:
    std::variant<T, Error> content_;
};

}  // namespace mayhem::core

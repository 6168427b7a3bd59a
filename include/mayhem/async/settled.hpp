#pragma once

#include <exception>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace mayhem::async {

/// How an operation ended: with its value or with its exception. What Python's `gather(..., return_exceptions=True)`
/// puts into its list.
template <typename T>
class settled {
public:
    using value_type = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

    [[nodiscard]] bool has_value() const noexcept { return value_.has_value(); }
    [[nodiscard]] explicit operator bool() const noexcept { return has_value(); }

    /// The exception; null when there is a value.
    [[nodiscard]] const std::exception_ptr& error() const noexcept { return error_; }

    /// The value, or throws the exception.
    T get() && {
        rethrow_if_failed();
        if constexpr (!std::is_void_v<T>) {
            return std::move(*value_);
        }
    }

    /// The value, also for `void`; must be there.
    value_type take() && { return std::move(*value_); }

    /// The value, which must be there.
    [[nodiscard]] const value_type& operator*() const noexcept { return *value_; }
    [[nodiscard]] const value_type* operator->() const noexcept { return &*value_; }

    void rethrow_if_failed() const {
        if (error_) {
            std::rethrow_exception(error_);
        }
    }

    template <typename... Args>
    void set_value(Args&&... args) {
        value_.emplace(std::forward<Args>(args)...);
    }
    void set_error(std::exception_ptr e) noexcept { error_ = std::move(e); }

private:
    std::optional<value_type> value_;
    std::exception_ptr error_;
};

/// True for the exception with which a cancelled wait ends (`asio::error::operation_aborted`).
[[nodiscard]] bool is_cancellation(const std::exception_ptr& error) noexcept;

/// What an exception says, for a record or a log. `error` is not null.
[[nodiscard]] std::string text_of(const std::exception_ptr& error);

}  // namespace mayhem::async

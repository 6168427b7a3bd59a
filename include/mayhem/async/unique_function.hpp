#pragma once

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

namespace mayhem::async {

template <typename Signature>
class unique_function;

/// A function that is owned by one, moved and never copied, so that it may hold what cannot be copied: a promise, a
/// file. (`std::move_only_function` of C++23.) Empty when made without one or moved from; an empty one must not be
/// called. Takes one allocation.
template <typename Result, typename... Arguments>
class unique_function<Result(Arguments...)> {
public:
    unique_function() noexcept = default;

    template <typename Function>
        requires(!std::same_as<std::remove_cvref_t<Function>, unique_function> &&
                 std::is_invocable_r_v<Result, std::decay_t<Function>&, Arguments...>)
    unique_function(Function&& f)  // NOLINT(google-explicit-constructor): as std::function
        : held_(std::make_unique<holder<std::decay_t<Function>>>(std::forward<Function>(f))) {}

    Result operator()(Arguments... arguments) { return held_->call(std::forward<Arguments>(arguments)...); }

    [[nodiscard]] explicit operator bool() const noexcept { return held_ != nullptr; }

private:
    struct callable {
        virtual ~callable() = default;
        virtual Result call(Arguments... arguments) = 0;
    };

    template <typename Function>
    struct holder final : callable {
        template <typename F>
        explicit holder(F&& f) : function(std::forward<F>(f)) {}
        Result call(Arguments... arguments) override {
            if constexpr (std::is_void_v<Result>) {
                (void)function(std::forward<Arguments>(arguments)...);
            } else {
                return function(std::forward<Arguments>(arguments)...);
            }
        }

        Function function;
    };

    std::unique_ptr<callable> held_;
};

}  // namespace mayhem::async

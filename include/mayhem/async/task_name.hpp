#pragma once

#include <string_view>

namespace mayhem::async {

/// What a task or a group is called in logs and in `tasks()`. A view, so that naming a task costs nothing: made from a
/// literal, or from text that the caller promises to keep for as long as the task lives.
class task_name {
public:
    consteval task_name(const char* literal) noexcept : text_(literal) {}  // NOLINT(google-explicit-constructor)

    [[nodiscard]] static task_name borrowed(std::string_view kept_by_caller) noexcept {
        return task_name(kept_by_caller);
    }

    [[nodiscard]] constexpr std::string_view text() const noexcept { return text_; }

private:
    explicit constexpr task_name(std::string_view text) noexcept : text_(text) {}

    std::string_view text_;
};

}  // namespace mayhem::async

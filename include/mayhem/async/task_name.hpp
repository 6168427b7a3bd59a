#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mayhem::async {

/// What a task or a group is called in logs and in `tasks()`. A pointer, so that naming a task costs nothing: made from
/// a literal.
class task_name {
public:
    consteval task_name(const char* literal) noexcept : text_(literal) {}  // NOLINT(google-explicit-constructor)

    [[nodiscard]] constexpr std::string_view text() const noexcept { return text_; }

private:
    const char* text_;
};

namespace detail {

/// "group/name #id"
[[nodiscard]] std::string task_text(task_name group, task_name name, std::uint64_t id);

}  // namespace detail
}  // namespace mayhem::async

#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>

#include "mayhem/core/message.hpp"
#include "mayhem/core/rules/outcome.hpp"

namespace mayhem::stores::test {

/// A fresh folder that anybody may enter, removed with everything in it.
class temporary_folder {
public:
    temporary_folder();
    ~temporary_folder();
    temporary_folder(const temporary_folder&) = delete;
    temporary_folder& operator=(const temporary_folder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    [[nodiscard]] std::filesystem::path operator/(const char* name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

/// Message number `n`: always the same, different from every other.
[[nodiscard]] core::message message_number(std::uint64_t n);

/// A moment so many seconds after an arbitrary one.
[[nodiscard]] core::wall_time at(int seconds);

/// An attempt that started at `at(0)`, recovered within 1.5 s and was acked at `at(2)`.
[[nodiscard]] core::outcome recovered(int attempt = 1);

/// An attempt that failed at `at(2)`, to be repeated at `at(60)`.
[[nodiscard]] core::outcome failed(int attempt = 1);

/// Runs `body` in a process of its own and returns the text that it returned: for what changes the whole process (its
/// user, its limits, its mounts). `body` may also end the process; then the text is what `report` was given before.
class child_report {
public:
    explicit child_report(int fd) : fd_(fd) {}
    void operator()(const std::string& line) const;

private:
    int fd_;
};
[[nodiscard]] std::string in_child(const std::function<void(const child_report&)>& body);

/// The user "nobody" from here on, if this is root; file permissions bind nobody else.
void drop_privileges();

/// The text of what `body` throws as `core::store_failed`; empty if it throws nothing.
[[nodiscard]] std::string failure_of(const std::function<void()>& body);

/// One number from a connection of its own to the file, which only reads.
[[nodiscard]] std::int64_t count(const std::filesystem::path& path, const std::string& sql);

/// One text from it.
[[nodiscard]] std::string text(const std::filesystem::path& path, const std::string& sql);

}  // namespace mayhem::stores::test

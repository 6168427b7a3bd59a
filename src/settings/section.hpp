#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <toml++/toml.h>

#include "settings/errors.hpp"

namespace mayhem::settings {

/// From `min` to `max`, both included.
template <typename T>
struct range {
    T min;
    T max;
};

/// Typed access to one table of a file of settings. Each `read` leaves the target alone when the key is absent, and
/// when its value is wrong; the latter is reported with its position. True if the target was set.
/// Refers to the table and the errors; both outlive it.
class section {
public:
    static constexpr std::size_t text_bytes_max = 4096;

    /// `name` is what stands between the brackets, "queue" or "group.web"; empty for the head of the file.
    section(const toml::table& table, std::string name, errors& errors)
        : table_(table), name_(std::move(name)), errors_(errors) {}

    /// One entry of a list in `outer`, which outlives it: of the keys for which `is_own` says no, it has those of
    /// `outer`.
    section(const toml::table& table, std::string name, const section& outer, bool (*is_own)(std::string_view))
        : table_(table), name_(std::move(name)), errors_(outer.errors_), outer_(&outer), is_own_(is_own) {}

    bool read(std::string_view key, bool& target);
    bool read(std::string_view key, double& target, range<double> allowed);

    /// A length of time in quotes, "1h30m".
    bool read(std::string_view key, std::chrono::nanoseconds& target, range<std::chrono::nanoseconds> allowed);

    /// Text that is not empty, has no control characters and at most `text_bytes_max` bytes.
    bool read(std::string_view key, std::string& target);

    template <std::unsigned_integral T>
    bool read(std::string_view key, T& target, range<T> allowed) {
        return read_as<T>(key, target, allowed);
    }
    bool read(std::string_view key, int& target, range<int> allowed) { return read_as<int>(key, target, allowed); }

    /// For what has no default: absent stays absent.
    template <typename T, typename... Allowed>
    bool read(std::string_view key, std::optional<T>& target, Allowed... allowed) {
        T value{};
        if (!read(key, value, allowed...)) {
            return false;
        }
        target = std::move(value);
        return true;
    }

    /// One of the names, which `parse` turns into a value; it may know more spellings of them.
    template <typename T>
    bool read(std::string_view key, T& target, std::optional<T> (*parse)(std::string_view),
              std::span<const std::string_view> names) {
        std::string text;
        if (!read(key, text)) {
            return false;
        }
        const std::optional<T> value = parse(text);
        if (!value) {
            fail_choice(key, text, names);
            return false;
        }
        target = *value;
        return true;
    }

    [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }

    /// The value as it is; null when absent.
    [[nodiscard]] const toml::node* find(std::string_view key) const {
        return is_of_outer(key) ? outer_->find(key) : table_.get(key);
    }

    [[nodiscard]] const toml::table& table() const noexcept { return table_; }

    /// Reports what is wrong with the value of `key`; where the key is absent, at the head of the section.
    void fail(std::string_view key, std::string_view what);

    /// The same for one element of a list.
    void fail_at(const toml::node& element, std::string_view key, std::string_view what);

    /// Reports that `written` is none of `names`, and which one was probably meant.
    void fail_choice(std::string_view key, std::string_view written, std::span<const std::string_view> names);

    /// Reports what is wrong with the section as a whole.
    void fail(std::string_view what);

    /// Reports that `key`, which stands here, is none of `known`: with `explanation`, or what was probably meant.
    void fail_unknown(const toml::key& key, std::string_view explanation, std::span<const std::string_view> known);

    [[nodiscard]] const std::string& name() const noexcept { return name_; }

    /// "group.web.signal", "group.web.actions[1].signal": how errors call a key of this section.
    [[nodiscard]] std::string path(std::string_view key) const;

    /// Something was reported of it elsewhere.
    void note_failure() noexcept { has_failed_ = true; }

    /// Whether anything was reported here.
    [[nodiscard]] bool has_failed() const noexcept { return has_failed_; }

private:
    template <typename T>
    bool read_as(std::string_view key, T& target, range<T> allowed) {
        constexpr std::int64_t max = std::numeric_limits<std::int64_t>::max();
        const auto limit = [](T value) { return std::cmp_less(value, max) ? static_cast<std::int64_t>(value) : max; };
        std::int64_t value = 0;
        if (!read_integer(key, value, {limit(allowed.min), limit(allowed.max)})) {
            return false;
        }
        target = static_cast<T>(value);
        return true;
    }

    [[nodiscard]] bool is_of_outer(std::string_view key) const { return outer_ != nullptr && !is_own_(key); }

    bool read_integer(std::string_view key, std::int64_t& target, range<std::int64_t> allowed);
    void fail_type(std::string_view key, std::string_view wanted);
    void fail_range(std::string_view key, std::string_view written, std::string_view min, std::string_view max);
    void report(const toml::source_position& where, std::string_view text);
    const toml::table& table_;
    const std::string name_;
    errors& errors_;
    const section* const outer_ = nullptr;
    bool (*const is_own_)(std::string_view) = nullptr;
    bool has_failed_ = false;
};

/// "a string", "an integer", "a table": how a person calls it.
std::string_view describe(toml::node_type type) noexcept;

}  // namespace mayhem::settings

#include "fleet/sql/migration_run.hpp"

#include <algorithm>
#include <charconv>

#include "fleet/sql/migration_text.hpp"

namespace mayhem::fleet {

namespace {

constexpr const char* ask_whether_there = "SELECT to_regclass('mayhem.meta')";
constexpr const char* ask_version = "SELECT value FROM mayhem.meta WHERE key = 'schema_version'";

int number_in(const std::optional<std::string>& text) noexcept {
    int number = 0;
    if (text) {
        (void)std::from_chars(text->data(), text->data() + text->size(), number);
    }
    return number;
}

}  // namespace

migration_run::migration_run(roles r, std::span<const migration> all) : all_(all) {
    if (r == roles::make) {
        const migration_text text = text_of_roles();
        statements_.insert(statements_.end(), text.head.begin(), text.head.end());
        statements_.insert(statements_.end(), text.body.begin(), text.body.end());
        statements_.emplace_back(commit_statement);
    }
    begin();
}

std::optional<std::string> migration_run::next() {
    if (statements_.empty()) {
        return std::nullopt;
    }
    std::string statement = std::move(statements_.front());
    statements_.pop_front();
    return statement;
}

void migration_run::answered(const std::optional<std::string>& value) {
    if (!statements_.empty()) {
        return;
    }
    switch (asked_) {
        case question::none: return;
        case question::is_there:
            if (value) {
                asked_ = question::version;
                statements_.emplace_back(ask_version);
            } else {
                judge(0);
            }
            return;
        case question::version: judge(number_in(value)); return;
    }
}

/// A transaction, up to the question which version stands here.
void migration_run::begin() {
    const migration_text text = text_of(all_.front());
    statements_.insert(statements_.end(), text.head.begin(), text.head.end());
    statements_.emplace_back(ask_whether_there);
    asked_ = question::is_there;
}

/// Behind the lock: this version stands here, and nobody else changes it now.
void migration_run::judge(int version) {
    if (is_first_) {
        is_first_ = false;
        found_ = version;
    }
    reached_ = version;
    asked_ = question::none;
    const auto next = std::ranges::find_if(all_, [version](const migration& m) { return m.version == version + 1; });
    if (next == all_.end()) {
        statements_.emplace_back("ROLLBACK");
        return;
    }
    const migration_text text = text_of(*next);
    statements_.insert(statements_.end(), text.body.begin(), text.body.end());
    statements_.emplace_back(commit_statement);
    begin();
}

}  // namespace mayhem::fleet

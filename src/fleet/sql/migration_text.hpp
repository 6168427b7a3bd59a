#pragma once

#include <string>
#include <vector>

#include "fleet/sql/migrations.hpp"

namespace mayhem::fleet {

/// One migration as statements, in the order in which they are run, by `migration_run` and in a script alike.
struct migration_text {
    std::vector<std::string> head;  ///< the transaction begins: the lock, the owner's role
    std::vector<std::string> body;  ///< what changes; refuses another version than the one before
};

/// Ends both.
inline constexpr std::string_view commit_statement = "COMMIT";

[[nodiscard]] migration_text text_of(const migration& m);

/// The roles and the schema, likewise.
[[nodiscard]] migration_text text_of_roles();

}  // namespace mayhem::fleet

#pragma once

#include <array>
#include <string_view>

namespace mayhem::fleet {

/// An answer of the database's functions that is a refusal, and how errors are coded that say so. Nothing that is
/// answered like that is to be tried again as it is: either the caller is not who it says, or something is lost.
struct sql_state {
    std::string_view code;     ///< SQLSTATE; class MM is nobody else's
    std::string_view name;     ///< for logs and metrics
    std::string_view meaning;  ///< for a person
};

namespace sql_states {

inline constexpr sql_state unknown_name{"MM001", "unknown_name", "no group, host or role has this name"};
inline constexpr sql_state wrong_role{"MM002", "wrong_role", "the login role does not speak for this host"};
inline constexpr sql_state name_taken{"MM003", "name_taken", "another daemon speaks for this host now"};
inline constexpr sql_state ledger_lost{"MM004", "ledger_lost", "the database has lost what it had acknowledged"};
inline constexpr sql_state bad_value{"MM005", "bad_value", "a value that makes no sense"};
inline constexpr sql_state in_use{"MM006", "in_use", "it is bound, or there, and must not be"};
inline constexpr sql_state wrong_version{"MM007", "wrong_version", "the schema is not of the version that this is for"};

/// PostgreSQL's own: the role has no right to this.
inline constexpr sql_state no_right{"42501", "no_right", "the login role has no right to this"};

}  // namespace sql_states

/// All of our own. The SQL raises no other of class MM (a test reads it).
inline constexpr std::array own_sql_states{
    sql_states::unknown_name, sql_states::wrong_role, sql_states::name_taken,    sql_states::ledger_lost,
    sql_states::bad_value,    sql_states::in_use,     sql_states::wrong_version,
};

}  // namespace mayhem::fleet

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace mayhem::fleet {

/// A file of src/fleet/sql/, as it was when the program was built.
struct sql_file {
    std::string_view name;  ///< "0001_1_tables.sql"
    std::string_view text;
};

/// What brings a fleet's database from the version before to this one, in one transaction.
struct migration {
    int version = 0;

    /// The oldest program, by the newest version that it knows, which may go on working with a database of this one:
    /// daemons of a fleet are not all renewed at once.
    int reads_from = 0;
    std::span<const sql_file> files;
};

/// What `mayhem fleet init` runs before them: the roles and the schema. May be run again.
[[nodiscard]] sql_file roles_file() noexcept;

/// From version 1 on, without a gap.
[[nodiscard]] std::span<const migration> migrations() noexcept;

/// The version that this program is made for.
[[nodiscard]] int newest_version() noexcept;

/// How a database stands to this program.
enum class schema_standing : std::uint8_t {
    absent,   ///< no fleet is in it: `mayhem fleet init`
    older,    ///< `mayhem fleet migrate`
    current,  ///< made for each other
    newer,    ///< made by a newer program, and this one may go on with it
    too_new,  ///< made by a newer program, and this one must not touch it
};
/// Of what its table `meta` says; 0: there is none. `mine` is the newest version that the program knows.
[[nodiscard]] schema_standing standing_of(int schema_version, int reads_from, int mine = newest_version()) noexcept;

/// For a person, with what to do: "schema version 3, newer than this program's (1), which may go on with it".
[[nodiscard]] std::string describe(schema_standing s, int schema_version, int mine = newest_version());

/// What a database administrator runs instead of `mayhem fleet init` or `migrate`, with psql: what is missing in a
/// database of version `from`; of 0 all, the roles too. Each version is one transaction, and refuses to run twice.
[[nodiscard]] std::string migration_script(int from);

}  // namespace mayhem::fleet

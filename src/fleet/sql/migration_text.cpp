#include "fleet/sql/migration_text.hpp"

#include <fmt/format.h>

#include "fleet/sql/sql_statements.hpp"
#include "fleet/sql/sql_states.hpp"

namespace mayhem::fleet {

namespace {

constexpr const char* lock = "SELECT pg_advisory_xact_lock(hashtext('mayhem.migrate'))";

// Whoever runs a script twice, or one for another version, is told so before anything changes.
constexpr const char* guard = R"sql(DO $guard$
DECLARE
    found text := '0';
BEGIN
    IF to_regclass('mayhem.meta') IS NOT NULL THEN
        SELECT value INTO found FROM mayhem.meta WHERE key = 'schema_version';
    END IF;
    IF found <> '{0}' THEN
        RAISE EXCEPTION 'mayhem: this is for a database of schema version {0}, and here is one of %', found
            USING ERRCODE = '{1}';
    END IF;
END
$guard$)sql";

constexpr const char* note_version = R"sql(INSERT INTO mayhem.meta (key, value)
VALUES ('schema_version', '{}'), ('reads_from', '{}')
ON CONFLICT (key) DO UPDATE SET value = excluded.value)sql";

void append(std::vector<std::string>& to, const sql_file& file) {
    for (const std::string_view statement : split_statements(file.text)) {
        to.emplace_back(statement);
    }
}

}  // namespace

migration_text text_of(const migration& m) {
    migration_text text{.head = {"BEGIN", lock, "SET LOCAL ROLE mayhem_owner"}, .body = {}};
    text.body.push_back(fmt::format(guard, m.version - 1, sql_states::wrong_version.code));
    for (const sql_file& file : m.files) {
        append(text.body, file);
    }
    text.body.push_back(fmt::format(note_version, m.version, m.reads_from));
    return text;
}

migration_text text_of_roles() {
    migration_text text{.head = {"BEGIN", lock}, .body = {}};
    append(text.body, roles_file());
    return text;
}

}  // namespace mayhem::fleet

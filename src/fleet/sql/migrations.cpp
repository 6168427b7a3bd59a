#include "fleet/sql/migrations.hpp"

#include <array>
#include <cstddef>

#include <fmt/format.h>

#include "fleet/sql/migration_text.hpp"

// Between two symbols stands a file of MAYHEM_FLEET_SQL, byte by byte.
#define MAYHEM_EMBED(name, file)                                                                          \
    asm(".pushsection .rodata\n.global mayhem_sql_" #name "_begin\n.global mayhem_sql_" #name             \
        "_end\nmayhem_sql_" #name "_begin:\n.incbin \"" MAYHEM_FLEET_SQL "/" file "\"\nmayhem_sql_" #name \
        "_end:\n.byte 0\n.popsection\n");                                                                 \
    extern "C" const char mayhem_sql_##name##_begin[];                                                    \
    extern "C" const char mayhem_sql_##name##_end[]

#define MAYHEM_SQL_FILE(name, file)                                                                                  \
    sql_file {                                                                                                       \
        file, {                                                                                                      \
            mayhem_sql_##name##_begin, static_cast<std::size_t>(mayhem_sql_##name##_end - mayhem_sql_##name##_begin) \
        }                                                                                                            \
    }

MAYHEM_EMBED(roles, "0000_roles.sql");
MAYHEM_EMBED(tables, "0001_1_tables.sql");
MAYHEM_EMBED(common, "0001_2_common.sql");
MAYHEM_EMBED(hosts, "0001_3_hosts.sql");
MAYHEM_EMBED(census, "0001_4_census.sql");
MAYHEM_EMBED(decide, "0001_5_decide.sql");
MAYHEM_EMBED(claim, "0001_6_claim.sql");
MAYHEM_EMBED(operators, "0001_7_operators.sql");
MAYHEM_EMBED(plans, "0001_8_plans.sql");
MAYHEM_EMBED(rights, "0001_9_rights.sql");

namespace mayhem::fleet {

namespace {

std::span<const sql_file> first_files() noexcept {
    static const std::array files{
        MAYHEM_SQL_FILE(tables, "0001_1_tables.sql"),       MAYHEM_SQL_FILE(common, "0001_2_common.sql"),
        MAYHEM_SQL_FILE(hosts, "0001_3_hosts.sql"),         MAYHEM_SQL_FILE(census, "0001_4_census.sql"),
        MAYHEM_SQL_FILE(decide, "0001_5_decide.sql"),       MAYHEM_SQL_FILE(claim, "0001_6_claim.sql"),
        MAYHEM_SQL_FILE(operators, "0001_7_operators.sql"), MAYHEM_SQL_FILE(plans, "0001_8_plans.sql"),
        MAYHEM_SQL_FILE(rights, "0001_9_rights.sql"),
    };
    return files;
}

void append(std::string& script, const std::vector<std::string>& statements) {
    for (const std::string& statement : statements) {
        script.append(statement).append(";\n\n");
    }
}

void append(std::string& script, const migration_text& text) {
    append(script, text.head);
    append(script, text.body);
    script.append(commit_statement).append(";\n");
}

}  // namespace

sql_file roles_file() noexcept { return MAYHEM_SQL_FILE(roles, "0000_roles.sql"); }

std::span<const migration> migrations() noexcept {
    static const std::array all{migration{.version = 1, .reads_from = 1, .files = first_files()}};
    return all;
}

int newest_version() noexcept { return migrations().back().version; }

schema_standing standing_of(int schema_version, int reads_from, int mine) noexcept {
    if (schema_version == 0) {
        return schema_standing::absent;
    }
    if (schema_version <= mine) {
        return schema_version < mine ? schema_standing::older : schema_standing::current;
    }
    return reads_from <= mine ? schema_standing::newer : schema_standing::too_new;
}

std::string describe(schema_standing s, int schema_version, int mine) {
    switch (s) {
        case schema_standing::absent: return "there is no fleet in this database: run 'mayhem fleet init'";
        case schema_standing::older:
            return fmt::format("schema version {}, older than this program's ({}): run 'mayhem fleet migrate'",
                               schema_version, mine);
        case schema_standing::current: return fmt::format("schema version {}", schema_version);
        case schema_standing::newer:
            return fmt::format("schema version {}, newer than this program's ({}), which may go on with it",
                               schema_version, mine);
        case schema_standing::too_new:
            return fmt::format("schema version {}, and this program knows {}: it needs a newer mayhem", schema_version,
                               mine);
    }
    return {};
}

std::string migration_script(int from) {
    std::string script =
        "-- Run with: psql --set ON_ERROR_STOP=1 DATABASE. Each version is one transaction; one that is there is "
        "refused.\n\n";
    if (from == 0) {
        append(script, text_of_roles());
    }
    for (const migration& m : migrations()) {
        if (m.version > from) {
            script.append(fmt::format("\n-- Version {}\n\n", m.version));
            append(script, text_of(m));
        }
    }
    return script;
}

}  // namespace mayhem::fleet

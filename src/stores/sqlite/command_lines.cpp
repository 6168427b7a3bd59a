#include "stores/sqlite/command_lines.hpp"

#include <new>
#include <string>
#include <string_view>

#include <sqlite3.h>

#include "mayhem/core/text/command_id.hpp"

namespace mayhem::stores {

namespace {

void call_command_id(sqlite3_context* context, int /*count*/, sqlite3_value** values) noexcept {
    try {
        const unsigned char* const text = sqlite3_value_text(values[0]);
        if (text == nullptr) {
            sqlite3_result_null(context);
            return;
        }
        const auto size = static_cast<std::size_t>(sqlite3_value_bytes(values[0]));
        const std::string id = core::command_id(std::string_view(reinterpret_cast<const char*>(text), size));
        sqlite3_result_text(context, id.data(), static_cast<int>(id.size()), SQLITE_TRANSIENT);
    } catch (const std::bad_alloc&) {
        sqlite3_result_error_nomem(context);
    }
}

}  // namespace

const char* const hash_command_lines = R"sql(
CREATE TEMP TABLE of_processes AS
SELECT seq, group_name, target FROM messages
WHERE incarnation GLOB '[0-9]*:[0-9]*:*-*-*-*-*'
  AND name LIKE '%[' || substr(incarnation, 1, instr(incarnation, ':') - 1) || ']';

UPDATE draw_lists SET targets = (SELECT json_group_array(command_id(value)) FROM json_each(draw_lists.targets))
WHERE seq IN (SELECT drawn_from FROM draws WHERE message IN (SELECT seq FROM of_processes));
UPDATE draws SET target = command_id(target) WHERE message IN (SELECT seq FROM of_processes);
UPDATE claims SET target = command_id(target) WHERE message IN (SELECT seq FROM of_processes);
UPDATE skips SET target = command_id(target)
WHERE (group_name, target) IN (SELECT group_name, target FROM of_processes);
UPDATE messages SET target = command_id(target) WHERE seq IN (SELECT seq FROM of_processes);

DROP TABLE of_processes;
)sql";

void add_command_id(SQLite::Database& database) {
    database.createFunction("command_id", 1, true, nullptr, &call_command_id);
}

}  // namespace mayhem::stores

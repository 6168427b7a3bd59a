#pragma once

#include <new>

#include <sqlite3.h>

namespace mayhem::sim {

/// SQLite's call of a C function as a call of a member of `Object`, which is what SQLite's `Handle` stands for. Running
/// out of memory becomes SQLite's code for it; any other exception is a mistake, and ends the program.
template <typename Handle, typename Object, Object& (*Find)(Handle*), auto Member>
struct sqlite_call;

template <typename Handle, typename Object, Object& (*Find)(Handle*), typename... Arguments, bool IsNoexcept,
          int (Object::*Member)(Arguments...) noexcept(IsNoexcept)>
struct sqlite_call<Handle, Object, Find, Member> {
    static int function(Handle* handle, Arguments... arguments) noexcept try {
        return (Find(handle).*Member)(arguments...);
    } catch (const std::bad_alloc&) {
        return SQLITE_IOERR_NOMEM;
    }
};

}  // namespace mayhem::sim

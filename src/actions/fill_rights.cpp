#include "actions/fill_rights.hpp"

#include <exception>

#include <fcntl.h>
#include <unistd.h>

#include "actions/holder/disk_place.hpp"
#include "mayhem/core/text/size_text.hpp"

namespace mayhem::actions {

std::string tell_fill(const core::disk_fill& wanted) {
    std::string no = "nothing can be done with action = \"fill\": ";
    try {
        const found_place found = find_place(wanted);
        if (found.refused) {
            return no + found.refused->why;
        }
        const disk_place& p = found.place;
        if (::faccessat(p.directory.get(), ".", W_OK | X_OK, AT_EACCESS) != 0) {
            return no + "Mayhem may not write in " + wanted.directory +
                   ": let it (the directory's owner or an ACL, and ReadWritePaths= in its service)";
        }
        return "action = \"fill\" takes " + core::format_size(core::plan_fill(wanted, p.space).bytes) +
               " from everybody who writes on " + p.mounted_on + " (" + p.type + "), of whose " +
               core::format_size(p.space.usable()) + ' ' + std::to_string(p.space.percent()) + " % are in use";
    } catch (const std::exception& e) {
        return no + e.what();
    }
}

}  // namespace mayhem::actions

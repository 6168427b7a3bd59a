#include "cli/temporary_folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>

namespace mayhem::cli {

temporary_folder::temporary_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "mayhem-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
        throw std::system_error(errno, std::system_category(), "cannot create a temporary folder like " + name);
    }
    path_ = name;
}

temporary_folder::~temporary_folder() {
    std::error_code ec;
    std::filesystem::remove_all(path_, ec);  // what stays behind is a small file in the folder for such files
}

}  // namespace mayhem::cli

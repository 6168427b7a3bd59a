#include "drivers/process/config_files.hpp"

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <iterator>

#include <glob.h>

namespace mayhem::drivers {

namespace {

constexpr std::size_t files_max = 1000;

}  // namespace

std::string read_config(const std::filesystem::path& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<std::filesystem::path> files_matching(const std::string& pattern, const std::filesystem::path& folder) {
    const std::filesystem::path whole = folder / pattern;  // an absolute one stays as it is
    glob_t found{};
    std::vector<std::filesystem::path> files;
    if (::glob(whole.c_str(), 0, nullptr, &found) == 0) {
        files.assign(found.gl_pathv, found.gl_pathv + std::min<std::size_t>(found.gl_pathc, files_max));
    }
    ::globfree(&found);
    return files;
}

}  // namespace mayhem::drivers

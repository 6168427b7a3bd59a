#include "system/command_path.hpp"

namespace mayhem::system {

std::vector<std::string> command_paths(const std::string& program, std::string_view search_path) {
    if (program.empty()) {
        return {};
    }
    if (program.find('/') != std::string::npos) {
        return {program};
    }
    std::vector<std::string> paths;
    while (true) {
        const std::size_t colon = search_path.find(':');
        const std::string_view directory = search_path.substr(0, colon);
        paths.push_back((directory.empty() ? "." : std::string(directory)) + '/' + program);
        if (colon == std::string_view::npos) {
            return paths;
        }
        search_path.remove_prefix(colon + 1);
    }
}

}  // namespace mayhem::system

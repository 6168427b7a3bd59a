#include "drivers/process/own_programs.hpp"

#include <string>

namespace mayhem::drivers {

namespace {

constexpr std::string_view why = "a program of Mayhem's own";

std::string_view folder(std::string_view path) { return path.substr(0, path.size() - file_name(path).size()); }

bool is_beside(std::string_view path, std::string_view own) {
    return folder(path) == folder(own) && file_name(path).starts_with(std::string(file_name(own)) + '-');
}

/// Of what is another user's: the kernel keeps 15 bytes of a name, and the first word is what it was started as.
bool goes_by(const process_info& process, std::string_view name) {
    const std::string_view line = process.command_line;
    return process.name == name.substr(0, process_name_bytes_max) || file_name(line.substr(0, line.find(' '))) == name;
}

}  // namespace

std::optional<std::string_view> why_own_program(const process_info& process, const process_info& self) {
    if (self.executable.empty()) {
        return std::nullopt;
    }
    const bool is_own_file = process.executable_file && process.executable_file == self.executable_file;
    const bool is_own_path =
        !process.executable.empty() &&
        (file_name(process.executable) == file_name(self.executable) || is_beside(process.executable, self.executable));
    const bool is_own_name = process.executable.empty() && goes_by(process, file_name(self.executable));
    return is_own_file || is_own_path || is_own_name ? std::optional(why) : std::nullopt;
}

}  // namespace mayhem::drivers

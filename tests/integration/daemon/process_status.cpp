#include "process_status.hpp"

#include "test_folder.hpp"

namespace mayhem::testing {

std::string status_line(pid_t pid, const std::string& key) {
    const std::string text = "\n" + read_text("/proc/" + std::to_string(pid) + "/status");
    const std::size_t at = text.find("\n" + key + ":");
    const std::size_t end = at == std::string::npos ? at : text.find('\n', at + 1);
    return at == std::string::npos ? "" : text.substr(at + key.size() + 2, end - at - key.size() - 2);
}

pid_t tracer_of(pid_t pid) {
    const std::string text = status_line(pid, "TracerPid");
    return text.empty() ? 0 : std::stoi(text);
}

bool stands_still(pid_t pid) { return status_line(pid, "State").find("tracing stop") != std::string::npos; }

}  // namespace mayhem::testing

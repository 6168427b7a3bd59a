#include "system/exit_status.hpp"

#include "system/signal_name.hpp"

namespace mayhem::system {

std::string exit_status::describe() const {
    if (!by_signal) {
        return "exited with status " + std::to_string(number);
    }
    return "killed by " + signal_name(number) + (core_dumped ? " (core dumped)" : "");
}

}  // namespace mayhem::system

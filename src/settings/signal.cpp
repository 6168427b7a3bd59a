#include "settings/signal.hpp"

#include <string>

#include "settings/restart_signal.hpp"

namespace mayhem::settings {

void read_signal(section& section, int& target) {
    std::string text;
    if (const toml::node* const found = section.find("signal"); found != nullptr && found->is_integer()) {
        text = std::to_string(found->as_integer()->get());
    } else if (!section.read("signal", text)) {
        return;
    }
    if (const auto signal = parse_restart_signal(text)) {
        target = *signal;
    } else {
        section.fail("signal", signal.error());
    }
}

}  // namespace mayhem::settings

#include "config/config_error.hpp"

namespace mayhem::app {

std::string to_string(const config_error& e) {
    std::string place = e.file;
    if (e.line > 0) {
        place.append(1, ':').append(std::to_string(e.line)).append(1, ':').append(std::to_string(e.column));
    }
    return place + ": " + e.text;
}

}  // namespace mayhem::app

#include "settings/error.hpp"

namespace mayhem::settings {

std::string to_string(const error& e) {
    std::string place = e.file;
    if (e.line > 0) {
        place.append(1, ':').append(std::to_string(e.line)).append(1, ':').append(std::to_string(e.column));
    }
    return place + ": " + e.text;
}

}  // namespace mayhem::settings

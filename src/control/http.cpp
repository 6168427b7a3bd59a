#include "control/http.hpp"

#include <nlohmann/json.hpp>

namespace mayhem::control {

response error_response(int status, std::string_view what) {
    using nlohmann::json;
    response r;
    r.status = status;
    r.body = json{{"error", what}}.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
    return r;
}

}  // namespace mayhem::control

#include "control/http.hpp"

#include <nlohmann/json.hpp>

#include "mayhem/core/text/json_text.hpp"

namespace mayhem::control {

response error_response(int status, std::string_view what) {
    using nlohmann::json;
    response r;
    r.status = status;
    r.body = core::json_text(json{{"error", what}});
    return r;
}

}  // namespace mayhem::control

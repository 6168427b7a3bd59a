#include <stdexcept>

#include "queues/pubsub/rs256.hpp"

namespace mayhem::queues {

std::string sign_rs256(const std::string& /*private_key*/, std::string_view /*text*/) {
    throw std::runtime_error(
        "this program was built without OpenSSL, and cannot use a service account's key: install libssl-dev and build "
        "it anew, or run it on a machine of Google Cloud, whose metadata server has tokens");
}

}  // namespace mayhem::queues

#include "drivers/docker/container_scope.hpp"

#include <array>
#include <cstddef>

#include "drivers/proc/service_group.hpp"

namespace mayhem::drivers {

namespace {

constexpr std::array<std::string_view, 2> engines{"docker-", "libpod-"};

}  // namespace

/// What it has made below it (libpod-ID.scope/container) is still in it.
std::string scope_of(std::string_view groups, std::string_view container_id) {
    while (const auto line = take_line(groups)) {
        for (const std::string_view engine : engines) {
            const std::string scope = std::string(engine).append(container_id).append(".scope");
            const std::size_t at = line->path.find('/' + scope);
            const std::string_view rest = at == std::string_view::npos ? "x" : line->path.substr(at + scope.size() + 1);
            if (rest.empty() || rest.front() == '/') {
                return scope;
            }
        }
    }
    return {};
}

}  // namespace mayhem::drivers

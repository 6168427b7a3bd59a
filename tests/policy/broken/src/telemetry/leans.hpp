#pragma once

namespace broken {

/// Compiles only after a header that includes <string>.
std::string text();

}  // namespace broken

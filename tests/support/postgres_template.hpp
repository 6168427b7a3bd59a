#pragma once

#include <filesystem>

namespace mayhem::test {

/// The folder with the cluster (`data`) and the certificates (`tls`) that each `postgres_bed` copies. Made by the first
/// who asks, which takes some seconds; the others of all processes wait meanwhile.
[[nodiscard]] std::filesystem::path postgres_template();

}  // namespace mayhem::test

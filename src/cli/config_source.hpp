#pragma once

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>

#include "cli/command_line.hpp"
#include "config/config.hpp"

namespace mayhem::cli {

/// The config file of the packaged service.
inline constexpr const char* service_config = "/etc/mayhem/mayhem.toml";

/// Which config file a command works with that was told none, and why that one.
struct config_place {
    enum class origin { named, daemon, service, none };

    std::optional<std::filesystem::path> file;   ///< none: there is none, or the daemon that answers has none
    std::optional<std::filesystem::path> store;  ///< of the daemon that answers
    origin from = origin::none;

    /// "With /etc/mayhem/mayhem.toml, as the daemon that answers.\n": for who did not name it; empty: he did.
    [[nodiscard]] std::string told() const;
};

/// A daemon says what root had better not take its word for. The text says which file, and what to do.
class untrusted_config : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The file that is named; otherwise that of the daemon that answers on the socket where commands look for it;
/// otherwise the service's, where there is one. Changes nothing; asks for 3 s at the most. Root does not take a file
/// that somebody else could have written on the word of a daemon that does not run as root: throws `untrusted_config`.
[[nodiscard]] config_place find_config_file(const common_options& o);

/// Nobody but root, or whoever we are, can change the file, or put another one in its place.
[[nodiscard]] bool is_beyond_others(const std::filesystem::path& file);

/// A command's config: from its file, or the simulated cattle when it names none. If the file is not valid, prints its
/// errors on stderr and returns nothing.
[[nodiscard]] std::optional<app::config> load_config(const std::optional<std::filesystem::path>& file);

/// A config, and where it was found.
struct found_config {
    app::config config;
    config_place place;
};

/// What a command does that finds no file.
enum class without_file { goes_on, ends };

/// The config of `find_config_file`. A daemon that runs without a file has the simulated cattle; so has a command that
/// goes on without. Nothing: it cannot be used, and why is printed on stderr.
[[nodiscard]] std::optional<found_config> find_config(const common_options& o, without_file w);

/// The file alone, for who reads it himself. Nothing: there is none, and that is printed on stderr.
[[nodiscard]] std::optional<std::filesystem::path> find_file(const common_options& o);

/// Which database a query reads: `--store`, the one of the daemon that was found, the one that the config names, or
/// the default.
[[nodiscard]] std::filesystem::path find_store(const common_options& o, const found_config& c);
[[nodiscard]] std::filesystem::path find_store(const common_options& o, const app::config& c);

/// The record of a command that needs the config for nothing else: with `--store` it needs none at all.
[[nodiscard]] std::optional<found_config> find_record_config(const common_options& o);

}  // namespace mayhem::cli

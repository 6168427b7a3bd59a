#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <SQLiteCpp/Exception.h>

#include "mayhem/core/errors.hpp"

namespace mayhem::stores {

/// How the sentence begins that says what could not be done.
inline constexpr std::string_view writing = "cannot write to the database";

/// What SQLite reported, in an operator's words: what could not be done to which file, why, and what to do about it.
/// `doing` begins the sentence (`writing`); SQLite's own text follows in parentheses.
[[nodiscard]] core::store_failed explain(const SQLite::Exception& e, std::string_view doing,
                                         const std::filesystem::path& path);

/// The same for a reason that SQLite knows nothing of.
[[nodiscard]] core::store_failed explain(std::string_view doing, const std::filesystem::path& path,
                                         std::string_view reason, std::string_view remedy);

}  // namespace mayhem::stores

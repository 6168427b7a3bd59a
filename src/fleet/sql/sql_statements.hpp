#pragma once

#include <string_view>
#include <vector>

namespace mayhem::fleet {

/// The statements of a text of SQL, without what is between them: each is sent by itself. A semicolon in a comment, in
/// quotes or between dollar signs ($$, $name$) ends nothing. Views into the text, each with the comments right above
/// it.
[[nodiscard]] std::vector<std::string_view> split_statements(std::string_view sql);

}  // namespace mayhem::fleet

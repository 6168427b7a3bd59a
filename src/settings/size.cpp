#include "settings/size.hpp"

#include <string>

#include "mayhem/core/text/size_text.hpp"

namespace mayhem::settings {

bool read_size(section& section, std::string_view key, std::uint64_t& target, range<std::uint64_t> allowed) {
    std::string text;
    if (const toml::node* const found = section.find(key); found == nullptr || found->is_integer()) {
        return section.read(key, target, allowed);
    }
    if (!section.read(key, text)) {
        return false;
    }
    const auto size = core::parse_size(text);
    if (!size) {
        section.fail(key, size.error());
        return false;
    }
    if (*size < allowed.min || *size > allowed.max) {
        section.fail(
            key, "is out of range: from " + core::format_size(allowed.min) + " to " + core::format_size(allowed.max));
        return false;
    }
    target = *size;
    return true;
}

}  // namespace mayhem::settings

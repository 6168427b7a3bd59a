#include "drivers/docker/docker_selector.hpp"

#include <algorithm>
#include <array>

#include <fnmatch.h>

namespace mayhem::drivers {

namespace {

using labels_type = std::map<std::string, std::string>;

bool has_label(const labels_type& labels, std::string_view wanted) {
    const std::size_t equals = wanted.find('=');
    const auto found = labels.find(std::string(wanted.substr(0, equals)));
    return found != labels.end() && (equals == std::string_view::npos || found->second == wanted.substr(equals + 1));
}

bool matches_pattern(const std::string& pattern, const std::string& text) {
    return ::fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
}

bool has_labels(const docker_selector& s, const labels_type& labels) {
    return (!s.demands_opt_in || has_label(labels, opt_in_label)) &&
           std::ranges::all_of(s.labels, [&labels](const std::string& l) { return has_label(labels, l); });
}

/// "localhost:5000/shop:1" without the tag, and without a digest.
std::string_view without_tag(std::string_view image) {
    image = image.substr(0, image.find('@'));
    const std::size_t colon = image.rfind(':');
    const bool is_tag = colon != std::string_view::npos && image.find('/', colon) == std::string_view::npos;
    return is_tag ? image.substr(0, colon) : image;
}

}  // namespace

bool matches_image(const std::string& pattern, std::string_view image) {
    constexpr std::array<std::string_view, 4> prefixes{"", "docker.io/library/", "docker.io/", "localhost/"};
    return std::ranges::any_of(prefixes, [&](std::string_view prefix) {
        if (!image.starts_with(prefix)) {
            return false;
        }
        const std::string_view rest = image.substr(prefix.size());
        return matches_pattern(pattern, std::string(rest)) || matches_pattern(pattern, std::string(without_tag(rest)));
    });
}

bool docker_selector::matches(const container& c) const {
    return has_labels(*this, c.labels) && (!name || matches_pattern(*name, c.name)) &&
           (!image || matches_image(*image, c.image));
}

bool docker_selector::may_match(const container_summary& c) const {
    return has_labels(*this, c.labels) && (!name || c.name.empty() || matches_pattern(*name, c.name));
}

std::string docker_selector::describe() const {
    std::string text;
    const auto add = [&text](std::string_view what, std::string_view value) {
        text.append(text.empty() ? "" : ", ").append(what).append(1, ' ').append(value);
    };
    for (const std::string& label : labels) {
        add("label", label);
    }
    if (name) {
        add("name", *name);
    }
    if (image) {
        add("image", *image);
    }
    if (demands_opt_in) {
        add("label", opt_in_label);
    }
    return text;
}

}  // namespace mayhem::drivers

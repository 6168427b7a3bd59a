#include "drivers/docker/docker_selector.hpp"

#include <algorithm>
#include <array>

namespace mayhem::drivers {

namespace {

using labels_type = std::map<std::string, std::string>;

bool has_label(const labels_type& labels, std::string_view wanted) {
    const std::size_t equals = wanted.find('=');
    const auto found = labels.find(std::string(wanted.substr(0, equals)));
    return found != labels.end() && (equals == std::string_view::npos || found->second == wanted.substr(equals + 1));
}

bool is_exclusion(std::string_view label) { return label.starts_with('!'); }

bool has_labels(const docker_selector& s, const labels_type& labels) {
    return (!s.demands_opt_in || has_label(labels, opt_in_label)) &&
           std::ranges::all_of(s.labels, [&labels](const std::string& l) {
               return is_exclusion(l) ? !has_label(labels, l.substr(1)) : has_label(labels, l);
           });
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
        return matches_wildcard(pattern, std::string(rest)) ||
               matches_wildcard(pattern, std::string(without_tag(rest)));
    });
}

bool docker_selector::matches(const container& c) const {
    return has_labels(*this, c.labels) && names.match(c.name) && (!image || matches_image(*image, c.image));
}

bool docker_selector::may_match(const container_summary& c) const {
    return has_labels(*this, c.labels) && (c.name.empty() || names.match(c.name));
}

bool docker_selector::excludes_everything() const {
    return names.exclude_everything() || std::ranges::any_of(labels, [this](const std::string& l) {
               return is_exclusion(l) && (std::ranges::find(labels, l.substr(1)) != labels.end() ||
                                          (demands_opt_in && has_label({{"mayhem.enabled", "true"}}, l.substr(1))));
           });
}

std::vector<std::string> docker_selector::count_matches(const std::vector<container>& all) const {
    std::vector<std::string> counts;
    const auto count = [&](const docker_selector& one) {
        const auto met = std::ranges::count_if(all, [&one](const container& c) { return one.matches(c); });
        counts.push_back(one.describe() + ": " + std::to_string(met));
    };
    for (const std::string& label : labels) {
        count({.labels = {label}, .demands_opt_in = false});
    }
    if (!names.wanted().empty() || !names.excluded().empty()) {
        count({.names = names, .demands_opt_in = false});
    }
    if (image) {
        count({.image = image, .demands_opt_in = false});
    }
    if (demands_opt_in) {
        count({});
    }
    return counts;
}

std::string docker_selector::describe() const {
    std::string text;
    const auto add = [&text](std::string_view what, std::string_view value) {
        text.append(text.empty() ? "" : ", ").append(what).append(1, ' ').append(value);
    };
    for (const std::string& label : labels) {
        add("label", label);
    }
    for (const std::string& name : names.wanted()) {
        add("name", name);
    }
    for (const std::string& name : names.excluded()) {
        add("name", '!' + name);
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

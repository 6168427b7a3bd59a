#include "discovery/proposed_group.hpp"

#include "mayhem/core/text/escaped.hpp"
#include "mayhem/core/text/printable_text.hpp"

namespace mayhem::app {

namespace {

std::string comment_line(const std::string& text) {
    return text.empty() ? std::string("#\n") : "# " + core::printable_text(text) + "\n";
}

}  // namespace

std::string toml_list(std::span<const std::string> texts) {
    std::string list = "[";
    for (const std::string& text : texts) {
        list.append(list.size() > 1 ? ", " : "").append(core::escaped(text));
    }
    return list.append("]");
}

std::string to_toml(const proposed_group& g) {
    std::string all;
    for (const std::string& comment : g.comments) {
        all += comment_line(comment);
    }
    all += "[group." + g.name + "]\n";
    for (const auto& [key, value] : g.keys) {
        all.append(key).append(" = ").append(value).append("\n");
    }
    for (const std::string& remark : g.remarks) {
        all += comment_line(remark);
    }
    return all;
}

std::string add_to_config(std::string_view file, std::string_view more) {
    std::string all(file);
    if (!all.empty()) {
        all.append(all.ends_with('\n') ? "\n" : "\n\n");
    }
    return all.append(more);
}

}  // namespace mayhem::app

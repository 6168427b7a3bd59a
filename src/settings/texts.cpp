#include "settings/texts.hpp"

namespace mayhem::settings {

namespace {

/// The text; null, and reported, for anything else.
const std::string* text_of(section& section, std::string_view key, const toml::node& node) {
    const auto* const text = node.as_string();
    if (text == nullptr) {
        section.fail(key, "must contain texts in quotes, but one is " + std::string(describe(node.type())));
        return nullptr;
    }
    if (text->get().size() > section::text_bytes_max || text->get().find('\0') != std::string::npos) {
        section.fail(
            key, "contains a text that is longer than " + std::to_string(section::text_bytes_max) + " bytes, or a NUL");
        return nullptr;
    }
    return &text->get();
}

}  // namespace

bool read_texts(section& section, std::string_view key, std::vector<std::string>& target) {
    const toml::node* const found = section.find(key);
    if (found == nullptr) {
        return false;
    }
    const toml::array* const list = found->as_array();
    if (list == nullptr) {
        section.fail(key, "must be a list of texts, such as [\"/usr/bin/program\", \"argument\"], but is " +
                              std::string(describe(found->type())));
        return false;
    }
    if (list->empty() || list->size() > texts_max) {
        section.fail(key, list->empty() ? "is empty: give at least one text, or leave the key out"
                                        : "has more than " + std::to_string(texts_max) + " texts");
        return false;
    }
    std::vector<std::string> texts;
    for (const toml::node& node : *list) {
        const std::string* const text = text_of(section, key, node);
        if (text == nullptr) {
            return false;
        }
        texts.push_back(*text);
    }
    target = std::move(texts);
    return true;
}

bool read_text_or_texts(section& section, std::string_view key, std::vector<std::string>& target) {
    const toml::node* const found = section.find(key);
    if (found == nullptr || !found->is_string()) {
        return read_texts(section, key, target);
    }
    std::string text;
    if (!section.read(key, text)) {
        return false;
    }
    target = {std::move(text)};
    return true;
}

bool read_text_table(section& section, std::string_view key, std::vector<std::pair<std::string, std::string>>& target) {
    const toml::node* const found = section.find(key);
    if (found == nullptr) {
        return false;
    }
    const toml::table* const table = found->as_table();
    if (table == nullptr || table->size() > texts_max) {
        section.fail(key, "must be a table of texts, such as { LANG = \"C\" }, but is " +
                              std::string(table == nullptr ? describe(found->type()) : "too large"));
        return false;
    }
    std::vector<std::pair<std::string, std::string>> texts;
    for (const auto& [name, node] : *table) {
        const std::string* const text = text_of(section, key, node);
        if (text == nullptr) {
            return false;
        }
        texts.emplace_back(std::string(name.str()), *text);
    }
    target = std::move(texts);
    return true;
}

}  // namespace mayhem::settings

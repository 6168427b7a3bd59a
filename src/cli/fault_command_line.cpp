#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/control_commands.hpp"

namespace mayhem::cli {

namespace {

void add_parameter(std::string& all, const std::string& key, const std::string& value) {
    all += (all.empty() ? "" : ", ") + key + " = " + value;
}

std::string quoted(const std::string& text) {
    std::string all = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            all += '\\';
        }
        all += c;
    }
    return all + '"';
}

/// "--for 30s": a key whose value is a text.
void add_text(CLI::App& to, control_options& o, const std::string& key, const char* help, const char* type) {
    to.add_option_function<std::string>(
          "--" + key, [&o, key](const std::string& text) { add_parameter(o.parameters, key, quoted(text)); }, help)
        ->type_name(type);
}

/// "--ports 80,443": one whose value is a list.
void add_list(CLI::App& to, control_options& o, const std::string& key, bool is_text, const char* help) {
    to.add_option_function<std::vector<std::string>>(
          "--" + key,
          [&o, key, is_text](const std::vector<std::string>& each) {
              std::string list;
              for (const std::string& one : each) {
                  list += (list.empty() ? "" : ", ") + (is_text ? quoted(one) : one);
              }
              add_parameter(o.parameters, key, "[" + list + "]");
          },
          help)
        ->delimiter(',');
}

}  // namespace

void add_fault(CLI::App& to, control_options& o) {
    add_text(to, o, "for", "for how long, of what lasts [as the action has it]", "DURATION");
    add_text(to, o, "how", "of cut: lose or reject", "TEXT");
    add_text(to, o, "direction", "of cut and loss: both, in or out", "TEXT");
    add_list(to, o, "ports", false, "of cut and loss: these ports alone");
    add_list(to, o, "peers", true, "of cut and loss: what comes from these addresses alone");
    to.add_option_function<int>(
          "--loss", [&o](int percent) { add_parameter(o.parameters, "loss", std::to_string(percent)); },
          "of loss: how many of a hundred packets")
        ->type_name("1..99");
    add_text(to, o, "signal", "of kill, crash and signal", "TEXT");
    to.add_option_function<std::string>(
          "--with", [&o](const std::string& text) { o.parameters += (o.parameters.empty() ? "" : ", ") + text; },
          "other parameters, as a config file writes them: 'kill_after = \"5s\"'")
        ->type_name("TEXT");
}

}  // namespace mayhem::cli

#include "drivers/systemd/polkit_rule.hpp"

#include "mayhem/core/text/escaped.hpp"

namespace mayhem::drivers {

std::string_view polkit_verb(systemd_action a) noexcept {  // systemd 252, src/core/dbus-unit.c
    if (a == systemd_action::throttle) {
        return "set-property";
    }
    return a == systemd_action::restart ? "try-restart" : to_string(a);
}

std::string polkit_rule(std::string_view unit, systemd_action action, std::string_view user) {
    std::string rule = R"(polkit.addRule(function(action, subject) { if (action.id == ")";
    rule.append(polkit_action).append(R"(" && subject.user == )").append(core::escaped(user));
    rule.append(R"( && action.lookup("unit") == )").append(core::escaped(unit));
    rule.append(R"( && action.lookup("verb") == ")").append(polkit_verb(action));
    return rule + R"(") { return polkit.Result.YES; } });)";
}

std::string polkit_rules_file(const std::vector<std::string>& units, systemd_action action, std::string_view user,
                              std::string_view why) {
    std::string list;
    for (const std::string& unit : units) {
        list.append(list.empty() ? "" : ", ").append(core::escaped(unit));
    }
    std::string file = "// ";
    file.append(why).append("\npolkit.addRule(function (action, subject) {\n    var units = [").append(list);
    file.append("];\n    if (action.id == \"").append(polkit_action).append("\" && subject.user == ");
    file.append(core::escaped(user)).append(" &&\n        action.lookup(\"verb\") == \"").append(polkit_verb(action));
    file.append(
        "\" && units.indexOf(action.lookup(\"unit\")) >= 0) {\n        return polkit.Result.YES;\n    }\n});\n");
    return file;
}

}  // namespace mayhem::drivers

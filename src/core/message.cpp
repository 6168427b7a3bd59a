#include "mayhem/core/message.hpp"

namespace mayhem::core {

std::string to_string(const message& m) { return "Message(inst_name='" + m.target.name + "')"; }

}  // namespace mayhem::core

#pragma once

#include <stdexcept>

namespace mayhem::async {

/// Something of a loop was used from a thread that does not run it. The text names both threads.
class wrong_thread : public std::logic_error {
public:
    using std::logic_error::logic_error;
};

/// Virtual time cannot go on: every task waits for another one. The text lists them and what each waits for.
class deadlock : public std::logic_error {
public:
    using std::logic_error::logic_error;
};

}  // namespace mayhem::async

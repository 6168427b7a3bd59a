#pragma once

#include <stdexcept>
#include <string>

namespace mayhem::core {

/// A driver could not restart the target: expected now and then, retried with back-off, never fatal.
class restart_failed : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// What lasts could not be ended: tried again until it is.
class undo_failed : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The same, and it stands: not only its record is left.
class fault_stuck : public undo_failed {
public:
    using undo_failed::undo_failed;
};

/// Who could be hit cannot be told: more match than a group may have, or whoever knows them (an engine, a bus, a
/// command, /proc) does not say. Costs the moment, or the act, for which it was asked, and is never fatal: other groups
/// go on.
class targets_unlisted : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A look at a target could not see it, for whatever reason: that says nothing of the target.
class unseen : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The store could not make something durable (disk full, read-only, locked, corrupt). The service stops
/// publishing rather than act without a record.
class store_failed : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// It has not answered in time. Nothing of what was asked is seen in this life, and the next one may find it done.
class store_late : public store_failed {
public:
    using store_failed::store_failed;
};

}  // namespace mayhem::core

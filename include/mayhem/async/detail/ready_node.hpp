#pragma once

namespace mayhem::async::detail {

/// Something that the loop will run: a branch to be resumed, or a function. Singly linked into the ready list.
struct ready_node {
    enum class action : bool { run, discard };
    using function = void (*)(ready_node&, action);

    explicit ready_node(function f) noexcept : perform(f) {}

    ready_node* next_ready = nullptr;
    function perform;
};

/// Something that has ended but is still in use until the current step is over, when the loop destroys it.
struct finished_node {
    explicit finished_node(void (*d)(finished_node&) noexcept) noexcept : destroy(d) {}

    finished_node* next_finished = nullptr;
    void (*const destroy)(finished_node&) noexcept;
};

}  // namespace mayhem::async::detail

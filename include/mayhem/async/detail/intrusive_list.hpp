#pragma once

#include <cstddef>

namespace mayhem::async::detail {

/// A link of a doubly linked list that lives inside the element: linking and unlinking never allocate and never
/// fail. An element that is in no list points to itself.
struct list_hook {
    list_hook* previous = this;
    list_hook* next = this;

    list_hook() noexcept = default;
    list_hook(const list_hook&) = delete;
    list_hook& operator=(const list_hook&) = delete;

    [[nodiscard]] bool is_linked() const noexcept { return next != this; }

    void unlink() noexcept {
        previous->next = next;
        next->previous = previous;
        previous = next = this;
    }

    void link_before(list_hook& position) noexcept {
        previous = position.previous;
        next = &position;
        position.previous->next = this;
        position.previous = this;
    }
};

/// A first-in-first-out list of elements that derive from `Hook` (itself derived from `list_hook`). Owns nothing.
template <typename Element, typename Hook = list_hook>
class intrusive_list {
public:
    [[nodiscard]] bool empty() const noexcept { return !head_.is_linked(); }
    [[nodiscard]] Element& front() noexcept { return from_hook(head_.next); }

    void push_back(Element& e) noexcept { static_cast<Hook&>(e).link_before(head_); }

    Element& pop_front() noexcept {
        Element& e = front();
        static_cast<Hook&>(e).unlink();
        return e;
    }

    /// Calls `visit(Element&)` for each, oldest first; `visit` may unlink the element that it is given.
    template <typename Visit>
    void for_each(Visit&& visit) {
        for (list_hook* h = head_.next; h != &head_;) {
            list_hook* following = h->next;
            visit(from_hook(h));
            h = following;
        }
    }

private:
    static Element& from_hook(list_hook* h) noexcept { return static_cast<Element&>(static_cast<Hook&>(*h)); }

    list_hook head_;
};

}  // namespace mayhem::async::detail

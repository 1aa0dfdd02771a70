package io.gatun.master.allocator;

import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.Attribute;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An agent as the allocator sees it. */
final class Supply {
    final String id;
    final Refusals refusals = new Refusals();
    /** By framework and role. */
    final Map<Refusals.Key, Resources> allocated = new HashMap<>();

    Resources total;
    List<Attribute> attributes;
    boolean active = true;
    /** {@link #total} without everything that is allocated. */
    Resources available;

    Supply(String id, Resources total, List<Attribute> attributes) {
        this.id = id;
        this.total = total;
        this.attributes = attributes;
        this.available = total;
    }

    void describe(Resources newTotal, List<Attribute> newAttributes) {
        if (!newAttributes.equals(attributes)) {
            refusals.clear();
        }
        total = newTotal;
        attributes = newAttributes;
        // From scratch: subtraction does not go below nothing, so a smaller total cannot be applied as a difference.
        available = allocated.values().stream().reduce(total, Resources::minus, Resources::minus);
    }

    void convert(Refusals.Key who, Resources before, Resources after) {
        Resources held = allocated.getOrDefault(who, Resources.NONE);
        assert held.contains(before) : who + " converts " + before + " on " + id + " but holds " + held;
        allocated.put(who, held.minus(before).plus(after));
        total = total.minus(before).plus(after);
    }

    void allocate(Refusals.Key who, Resources resources) {
        allocated.merge(who, resources, Resources::plus);
        available = available.minus(resources);
    }

    void recover(Refusals.Key who, Resources resources) {
        Resources held = allocated.getOrDefault(who, Resources.NONE);
        assert held.contains(resources) : who + " recovers " + resources + " on " + id + " but holds " + held;
        Resources rest = held.minus(resources);
        if (rest.isEmpty()) {
            allocated.remove(who);
        } else {
            allocated.put(who, rest);
        }
        available = allocated.values().stream().reduce(total, Resources::minus, Resources::minus);
    }
}

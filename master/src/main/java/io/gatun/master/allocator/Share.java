package io.gatun.master.allocator;

import io.gatun.mesos.resources.Resources;
import java.util.Comparator;

/** What somebody holds, and where that puts them in the queue: who has least of their dominant resource is first. */
final class Share {
    static final Comparator<Share> FAIREST_FIRST = Comparator.comparingDouble((Share share) -> share.value)
            .thenComparingLong(share -> share.allocations)
            .thenComparing(share -> share.name);

    final String name;
    private double weight;
    private final Amounts held = new Amounts();
    private long allocations;
    private double value;

    Share(String name, double weight) {
        this.name = name;
        this.weight = weight;
    }

    void allocated(Resources resources, Amounts total) {
        held.add(resources);
        allocations++;
        refresh(total);
    }

    void recovered(Resources resources, Amounts total) {
        held.subtract(resources);
        refresh(total);
    }

    /** To be called when {@code total} has changed, too. */
    void refresh(Amounts total) {
        value = held.dominantShare(total) / weight;
    }

    /** To be followed by {@link #refresh}. */
    void weigh(double newWeight) {
        weight = newWeight;
    }

    double value() {
        return value;
    }
}
